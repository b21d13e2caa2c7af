package dev.afterimage.proof.reliability;

import java.util.List;

/** Every column of every read model is what the shop's own tables come to. */
final class ReadModelsAgainstShop {

    static final List<Check> CHECKS = List.of(
            new Check("every order is summarised as the shop has it", """
                    SELECT coalesce(t.order_id, s.order_id)
                    FROM (SELECT o.order_id, o.customer_id, c.company_name, c.country, o.ordered_on, o.required_on,
                            o.shipped_on, CASE WHEN o.shipped_on IS NULL THEN 'placed' ELSE 'shipped' END AS status,
                            count(*) AS lines, sum(l.unit_price * l.quantity) AS gross,
                            sum(l.unit_price * l.quantity * l.discount) AS discount,
                            sum(l.unit_price * l.quantity * (1 - l.discount)) AS net, o.freight, o.shipper
                          FROM shop.orders o JOIN shop.customers c USING (customer_id)
                            JOIN shop.order_lines l USING (order_id)
                          GROUP BY o.order_id, c.customer_id) t
                    FULL JOIN read_model.order_summary s USING (order_id)
                    WHERE (t.customer_id, t.company_name, t.country, t.ordered_on, t.required_on, t.shipped_on, t.status,
                        t.lines, t.gross, t.discount, t.net, t.freight, t.shipper)
                      IS DISTINCT FROM (s.customer_id, s.customer_name, s.country, s.ordered_on, s.required_on,
                        s.shipped_on, s.status, s.lines::bigint, s.gross, s.discount, s.net, s.freight, s.shipper)"""),
            new Check("every customer's sales are as the shop has them", """
                    SELECT coalesce(t.customer_id, s.customer_id)
                    FROM (SELECT c.customer_id, c.company_name, c.country, count(DISTINCT o.order_id) AS orders,
                            coalesce(sum(l.unit_price * l.quantity * (1 - l.discount)), 0) AS net,
                            min(o.ordered_on) AS first_on, max(o.ordered_on) AS last_on
                          FROM shop.customers c LEFT JOIN shop.orders o USING (customer_id)
                            LEFT JOIN shop.order_lines l USING (order_id)
                          GROUP BY c.customer_id) t
                    FULL JOIN read_model.customer_sales s USING (customer_id)
                    WHERE (t.company_name, t.country, t.orders, t.net, t.first_on, t.last_on) IS DISTINCT FROM
                      (s.company_name, s.country, s.orders::bigint, s.net, s.first_order_on, s.last_order_on)"""),
            new Check("every product's sales are as the shop has them", """
                    SELECT coalesce(t.product_id, s.product_id)::text
                    FROM (SELECT p.product_id, p.name, p.category, coalesce(sum(l.quantity), 0) AS quantity,
                            coalesce(sum(l.unit_price * l.quantity * (1 - l.discount)), 0) AS net
                          FROM shop.products p LEFT JOIN shop.order_lines l USING (product_id)
                          GROUP BY p.product_id) t
                    FULL JOIN read_model.product_sales s USING (product_id)
                    WHERE (t.name, t.category, t.quantity, t.net) IS DISTINCT FROM
                      (s.product_name, s.category, s.quantity, s.net)"""));

    private ReadModelsAgainstShop() {}
}
