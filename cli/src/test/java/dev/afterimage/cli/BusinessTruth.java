package dev.afterimage.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jooq.DSLContext;

/**
 * What must hold when everything has arrived, as queries that find the exceptions. The expectation comes from the
 * service's own tables, not from the outbox and not from our code.
 */
final class BusinessTruth {

    private static final Map<String, String> EXCEPTIONS = new LinkedHashMap<>();

    static {
        EXCEPTIONS.put(
                "NoCommittedEventLost: outbox rows that the log lacks",
                "select count(*) from afterimage.outbox o left join afterimage.event_log l using (event_id) where l.position is null");
        EXCEPTIONS.put(
                "RolledBackNeverAppears: log rows that the outbox lacks",
                "select count(*) from afterimage.event_log l left join afterimage.outbox o using (event_id) where o.event_id is null");
        EXCEPTIONS.put(
                "positions are dense",
                "select count(*) from (select position - row_number() over (order by position) as hole from afterimage.event_log) p where hole <> 0");
        EXCEPTIONS.put("AggregateOrderGapless", """
                select count(*) from (select sequence, row_number() over
                  (partition by aggregate_type, aggregate_id order by position) as expected from afterimage.event_log) s
                where sequence <> expected""");
        EXCEPTIONS.put("every order is summarised as the shop has it", """
                select count(*) from (
                  select o.order_id, o.shipped_on, count(*) as lines,
                    sum(l.unit_price * l.quantity * (1 - l.discount)) as net
                  from shop.orders o join shop.order_lines l using (order_id) group by o.order_id
                ) truth full join read_model.order_summary s using (order_id)
                where truth.net is distinct from s.net or truth.lines is distinct from s.lines
                  or truth.shipped_on is distinct from s.shipped_on""");
        EXCEPTIONS.put("every customer's sales are as the shop has them", """
                select count(*) from (
                  select o.customer_id, count(distinct o.order_id) as orders,
                    sum(l.unit_price * l.quantity * (1 - l.discount)) as net
                  from shop.orders o join shop.order_lines l using (order_id) group by o.customer_id
                ) truth full join (select * from read_model.customer_sales where orders > 0) s using (customer_id)
                where truth.net is distinct from s.net or truth.orders is distinct from s.orders""");
        EXCEPTIONS.put("every product's sales are as the shop has them", """
                select count(*) from (
                  select product_id, sum(quantity) as quantity, sum(unit_price * quantity * (1 - discount)) as net
                  from shop.order_lines group by product_id
                ) truth full join (select * from read_model.product_sales where quantity > 0) s using (product_id)
                where truth.net is distinct from s.net or truth.quantity is distinct from s.quantity""");
    }

    private BusinessTruth() {}

    /** The exceptions that were found, in words; empty if all holds. */
    static List<String> violations(DSLContext db) {
        return EXCEPTIONS.entrySet().stream()
                .map(check -> "%s: %s exceptions"
                        .formatted(check.getKey(), Objects.requireNonNull(db.fetchValue(check.getValue()))))
                .filter(found -> !found.endsWith(": 0 exceptions"))
                .toList();
    }
}
