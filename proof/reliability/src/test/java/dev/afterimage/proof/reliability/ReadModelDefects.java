package dev.afterimage.proof.reliability;

import java.util.stream.Stream;

/** What can go wrong between the log and the read models. */
final class ReadModelDefects {

    private static final String ORDERS = "every order is summarised";
    private static final String CUSTOMERS = "every customer's sales";
    private static final String PRODUCTS = "every product's sales";

    private ReadModelDefects() {}

    static Stream<Defect> all() {
        var anOrder = " WHERE order_id = (SELECT min(order_id) FROM read_model.order_summary)";
        var aCustomer = " WHERE customer_id = (SELECT min(customer_id) FROM read_model.customer_sales)";
        return Stream.of(
                Defect.of(
                        "an order off by a cent",
                        ORDERS,
                        "UPDATE read_model.order_summary SET net = net + 0.01" + anOrder),
                Defect.of(
                        "an order with a line too many",
                        ORDERS,
                        "UPDATE read_model.order_summary SET lines = lines + 1" + anOrder),
                Defect.of(
                        "an order in another state",
                        ORDERS,
                        "UPDATE read_model.order_summary SET status = 'placed ' " + anOrder),
                Defect.of("an order that is missing", ORDERS, "DELETE FROM read_model.order_summary" + anOrder),
                Defect.of(
                        "a customer with an order too many",
                        CUSTOMERS,
                        "UPDATE read_model.customer_sales SET orders = orders + 1" + aCustomer),
                Defect.of(
                        "a customer who ordered a day later",
                        CUSTOMERS,
                        "UPDATE read_model.customer_sales SET last_order_on = last_order_on + 1 WHERE orders > 0"),
                Defect.of(
                        "a product sold once too often",
                        PRODUCTS,
                        "UPDATE read_model.product_sales SET quantity = quantity + 1 WHERE product_id = 1"),
                Defect.of(
                        "a product that nobody listed",
                        PRODUCTS,
                        "INSERT INTO read_model.product_sales (product_id) VALUES (-1)"));
    }
}
