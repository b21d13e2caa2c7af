package dev.afterimage.examples.northwind.orders;

import static dev.afterimage.examples.northwind.jooq.shop.Tables.CUSTOMERS;
import static dev.afterimage.examples.northwind.jooq.shop.Tables.ORDERS;
import static dev.afterimage.examples.northwind.jooq.shop.Tables.ORDER_LINES;
import static dev.afterimage.examples.northwind.jooq.shop.Tables.PRODUCTS;
import static org.jooq.impl.DSL.row;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderShipped;
import dev.afterimage.examples.northwind.products.Product;
import dev.afterimage.outbox.Outbox;
import java.time.LocalDate;
import org.jooq.DSLContext;

/**
 * Takes and ships orders: each method is one transaction, in which the rows change and the events that say so are
 * recorded. The token lets a reader wait until the read models show it. Thread-safe.
 */
public final class OrderService {

    private final DSLContext db;
    private final Outbox outbox;

    public OrderService(DSLContext db, Outbox outbox) {
        this.db = db;
        this.outbox = outbox;
    }

    public CommitToken register(Customer customer) {
        return db.transactionResult(tx -> {
            insert(tx.dsl(), customer);
            var event = customer.registered();
            return outbox.append(tx.dsl(), Customer.class, customer.id(), event).token();
        });
    }

    public CommitToken list(Product product) {
        return db.transactionResult(tx -> {
            insert(tx.dsl(), product);
            var id = String.valueOf(product.id());
            return outbox.append(tx.dsl(), Product.class, id, product.listed()).token();
        });
    }

    public CommitToken place(Order order) {
        return db.transactionResult(tx -> {
            insert(tx.dsl(), order);
            insertLines(tx.dsl(), order);
            var events = order.placed().toArray();
            return outbox.append(tx.dsl(), Order.class, order.id(), events).token();
        });
    }

    /** @throws IllegalStateException if there is no such order, or it was shipped before */
    public CommitToken ship(String orderId, LocalDate shippedOn) {
        return db.transactionResult(tx -> {
            updateShipped(tx.dsl(), orderId, shippedOn);
            var event = new OrderShipped(orderId, shippedOn);
            return outbox.append(tx.dsl(), Order.class, orderId, event).token();
        });
    }

    private static void insert(DSLContext tx, Customer customer) {
        tx.insertInto(CUSTOMERS)
                .set(CUSTOMERS.CUSTOMER_ID, customer.id())
                .set(CUSTOMERS.COMPANY_NAME, customer.companyName())
                .set(CUSTOMERS.CITY, customer.city())
                .set(CUSTOMERS.COUNTRY, customer.country())
                .execute();
    }

    private static void insert(DSLContext tx, Product product) {
        tx.insertInto(PRODUCTS)
                .set(PRODUCTS.PRODUCT_ID, product.id())
                .set(PRODUCTS.NAME, product.name())
                .set(PRODUCTS.CATEGORY, product.category())
                .set(PRODUCTS.UNIT_PRICE, product.unitPrice())
                .execute();
    }

    private static void insert(DSLContext tx, Order order) {
        tx.insertInto(ORDERS)
                .set(ORDERS.ORDER_ID, order.id())
                .set(ORDERS.CUSTOMER_ID, order.customerId())
                .set(ORDERS.ORDERED_ON, order.orderedOn())
                .set(ORDERS.REQUIRED_ON, order.requiredOn())
                .set(ORDERS.FREIGHT, order.freight())
                .set(ORDERS.SHIP_CITY, order.shipCity())
                .set(ORDERS.SHIP_COUNTRY, order.shipCountry())
                .set(ORDERS.SHIPPER, order.shipper())
                .execute();
    }

    private static void insertLines(DSLContext tx, Order order) {
        var rows = order.lines().stream()
                .map(line -> row(order.id(), line.productId(), line.unitPrice(), line.quantity(), line.discount()))
                .toList();
        tx.insertInto(
                        ORDER_LINES,
                        ORDER_LINES.ORDER_ID,
                        ORDER_LINES.PRODUCT_ID,
                        ORDER_LINES.UNIT_PRICE,
                        ORDER_LINES.QUANTITY,
                        ORDER_LINES.DISCOUNT)
                .valuesOfRows(rows)
                .execute();
    }

    private static void updateShipped(DSLContext tx, String orderId, LocalDate shippedOn) {
        int updated = tx.update(ORDERS)
                .set(ORDERS.SHIPPED_ON, shippedOn)
                .where(ORDERS.ORDER_ID.eq(orderId))
                .and(ORDERS.SHIPPED_ON.isNull())
                .execute();
        if (updated == 0) {
            throw new IllegalStateException(
                    "order %s cannot be shipped: there is none that waits for it".formatted(orderId));
        }
    }
}
