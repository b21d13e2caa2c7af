package dev.afterimage.proof.reliability;

import java.util.List;

/** The log tells what happened in the shop, each thing once and nothing else, whatever the outbox says. */
final class LogAgainstShop {

    static final List<Check> CHECKS = List.of(
            new Check("every customer was registered once, and nobody else", """
                    SELECT coalesce(c.customer_id, e.aggregate_id)
                    FROM shop.customers c
                    FULL JOIN (SELECT aggregate_id, payload::json AS p FROM afterimage.event_log
                               WHERE event_name = 'customer-registered') e ON e.aggregate_id = c.customer_id
                    WHERE (c.customer_id, c.company_name, c.city, c.country)
                      IS DISTINCT FROM (e.p ->> 'customerId', e.p ->> 'companyName', e.p ->> 'city', e.p ->> 'country')
                    UNION ALL
                    SELECT aggregate_id FROM afterimage.event_log WHERE event_name = 'customer-registered'
                    GROUP BY aggregate_id HAVING count(*) > 1"""),
            new Check("every product was listed once, and no other", """
                    SELECT coalesce(p.product_id::text, e.aggregate_id)
                    FROM shop.products p
                    FULL JOIN (SELECT aggregate_id, payload::json AS p FROM afterimage.event_log
                               WHERE event_name = 'product-listed') e ON e.aggregate_id = p.product_id::text
                    WHERE (p.product_id, p.name, p.category, p.unit_price) IS DISTINCT FROM
                      ((e.p ->> 'productId')::int, e.p ->> 'name', e.p ->> 'category', (e.p ->> 'unitPrice')::numeric)
                    UNION ALL
                    SELECT aggregate_id FROM afterimage.event_log WHERE event_name = 'product-listed'
                    GROUP BY aggregate_id HAVING count(*) > 1"""),
            new Check("every order was placed once, and no other", """
                    SELECT coalesce(o.order_id, e.aggregate_id)
                    FROM shop.orders o
                    FULL JOIN (SELECT aggregate_id, payload::json AS p FROM afterimage.event_log
                               WHERE event_name = 'order-placed') e ON e.aggregate_id = o.order_id
                    WHERE (o.order_id, o.customer_id, o.ordered_on, o.required_on, o.freight, o.ship_city,
                        o.ship_country, o.shipper)
                      IS DISTINCT FROM (e.p ->> 'orderId', e.p ->> 'customerId', (e.p ->> 'orderedOn')::date,
                        (e.p ->> 'requiredOn')::date, (e.p ->> 'freight')::numeric, e.p ->> 'shipCity',
                        e.p ->> 'shipCountry', e.p ->> 'shipper')
                    UNION ALL
                    SELECT aggregate_id FROM afterimage.event_log WHERE event_name = 'order-placed'
                    GROUP BY aggregate_id HAVING count(*) > 1"""),
            new Check("every line was added once, and no other", """
                    SELECT coalesce(l.order_id || '/' || l.product_id, e.aggregate_id)
                    FROM shop.order_lines l
                    FULL JOIN (SELECT aggregate_id, (p ->> 'productId')::int AS product_id, count(*) AS times,
                                 min((p ->> 'unitPrice')::numeric) AS price, min((p ->> 'quantity')::int) AS quantity,
                                 min((p ->> 'discount')::numeric) AS discount
                               FROM (SELECT aggregate_id, payload::json AS p FROM afterimage.event_log
                                     WHERE event_name = 'order-line-added') added
                               GROUP BY 1, 2) e
                      ON e.aggregate_id = l.order_id AND e.product_id = l.product_id
                    WHERE (l.unit_price, l.quantity, l.discount, 1) IS DISTINCT FROM
                      (e.price, e.quantity, e.discount, e.times)"""),
            new Check("every order that is shipped was shipped once, and no other", """
                    SELECT coalesce(o.order_id, e.aggregate_id)
                    FROM (SELECT * FROM shop.orders WHERE shipped_on IS NOT NULL) o
                    FULL JOIN (SELECT aggregate_id, count(*) AS times, min(payload::json ->> 'shippedOn')::date AS day
                               FROM afterimage.event_log WHERE event_name = 'order-shipped' GROUP BY 1) e
                      ON e.aggregate_id = o.order_id
                    WHERE (o.shipped_on, 1) IS DISTINCT FROM (e.day, e.times)"""),
            new Check("an order is placed first and shipped last", """
                    SELECT l.aggregate_id || '#' || l.sequence
                    FROM (SELECT *, row_number() OVER first AS number, row_number() OVER last AS from_end
                          FROM afterimage.event_log WHERE aggregate_type = 'order'
                          WINDOW first AS (PARTITION BY aggregate_id ORDER BY position),
                            last AS (PARTITION BY aggregate_id ORDER BY position DESC)) l
                    WHERE (event_name = 'order-placed') <> (number = 1)
                      OR (event_name = 'order-shipped' AND from_end <> 1)"""),
            new Check("a cause comes before its effect: the customer is registered before the order", """
                    SELECT placed.aggregate_id
                    FROM afterimage.event_log placed
                    JOIN afterimage.event_log registered ON registered.event_name = 'customer-registered'
                      AND registered.aggregate_id = placed.payload::json ->> 'customerId'
                    WHERE placed.event_name = 'order-placed' AND placed.position < registered.position"""));

    private LogAgainstShop() {}
}
