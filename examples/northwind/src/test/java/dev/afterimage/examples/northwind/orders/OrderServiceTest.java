package dev.afterimage.examples.northwind.orders;

import static dev.afterimage.examples.northwind.jooq.shop.Tables.ORDERS;
import static dev.afterimage.examples.northwind.jooq.shop.Tables.ORDER_LINES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.field;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.EventId;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.examples.northwind.ShopDatabase;
import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.examples.northwind.products.Product;
import dev.afterimage.outbox.Outbox;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrderServiceTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final LocalDate DAY = LocalDate.of(2012, 7, 4);
    private static final int CHAI = 1;
    private static final int CHANG = 2;
    private static final int UNKNOWN_PRODUCT = 99;

    private static DSLContext db;
    private static OrderService service;

    @BeforeAll
    static void open_the_shop() {
        db = ShopDatabase.prepare(database.dataSource());
        service = new OrderService(db, Outbox.create());
        service.register(new Customer("VINET", "Vins et alcools Chevalier", "Reims", "France"));
        service.list(new Product(CHAI, "Chai", "Beverages", new BigDecimal("18")));
        service.list(new Product(CHANG, "Chang", "Beverages", new BigDecimal("19")));
    }

    @Test
    void an_order_is_its_rows_and_its_events() {
        var token = service.place(order("placed", CHAI, CHANG));

        assertThat(db.fetchCount(ORDERS, ORDERS.ORDER_ID.eq("placed"))).isEqualTo(1);
        assertThat(db.fetchCount(ORDER_LINES, ORDER_LINES.ORDER_ID.eq("placed")))
                .isEqualTo(2);
        assertThat(events("placed")).containsExactly("order-placed", "order-line-added", "order-line-added");
        assertThat(lastEvent("placed")).isEqualTo(token);
    }

    @Test
    void an_order_is_shipped_once() {
        service.place(order("shipped", CHAI));
        var token = service.ship("shipped", DAY.plusDays(2));

        assertThat(db.fetchValue(ORDERS.SHIPPED_ON, ORDERS.ORDER_ID.eq("shipped")))
                .isEqualTo(DAY.plusDays(2));
        assertThat(lastEvent("shipped")).isEqualTo(token);
        assertThatThrownBy(() -> service.ship("shipped", DAY.plusDays(3)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("order shipped cannot be shipped");
        assertThat(events("shipped")).containsExactly("order-placed", "order-line-added", "order-shipped");
    }

    @Test
    void an_order_with_rows_that_are_refused_leaves_neither_rows_nor_events() {
        assertThatThrownBy(() -> service.place(order("unknown-product", CHAI, UNKNOWN_PRODUCT)))
                .isInstanceOf(DataAccessException.class);

        assertNothingIsLeftOf("unknown-product");
    }

    @Test
    void an_order_with_events_that_are_refused_leaves_neither_rows_nor_events() {
        var tooLong = "x".repeat(201);
        assertThatThrownBy(() -> service.place(order(tooLong, CHAI))).isInstanceOf(IllegalArgumentException.class);

        assertNothingIsLeftOf(tooLong);
    }

    @Test
    void an_order_whose_transaction_is_rolled_back_leaves_neither_rows_nor_events() {
        assertThatThrownBy(() -> db.transaction(tx -> {
                    new OrderService(tx.dsl(), Outbox.create()).place(order("rolled-back", CHAI));
                    throw new IllegalStateException("something else failed");
                }))
                .hasMessage("something else failed");

        assertNothingIsLeftOf("rolled-back");
    }

    @Test
    void an_order_without_lines_is_refused() {
        assertThatThrownBy(() -> order("empty")).hasMessage("order empty has no lines: add at least one");
    }

    private static Order order(String id, int... products) {
        var lines = Arrays.stream(products)
                .mapToObj(product -> new OrderLine(product, BigDecimal.TEN, 3, BigDecimal.ZERO))
                .toList();
        return new Order(
                id, "VINET", DAY, DAY.plusDays(28), BigDecimal.ONE, "Reims", "France", "Speedy Express", lines);
    }

    private static void assertNothingIsLeftOf(String orderId) {
        assertThat(db.fetchCount(ORDERS, ORDERS.ORDER_ID.eq(orderId))).isZero();
        assertThat(db.fetchCount(ORDER_LINES, ORDER_LINES.ORDER_ID.eq(orderId))).isZero();
        assertThat(events(orderId)).isEmpty();
    }

    private static List<String> events(String orderId) {
        return db.select(field("event_name", String.class))
                .from("afterimage.outbox")
                .where("aggregate_type = 'order' and aggregate_id = ?", orderId)
                .orderBy(field("sequence"))
                .fetchInto(String.class);
    }

    private static CommitToken lastEvent(String orderId) {
        var id = db.resultQuery("""
                        select event_id from afterimage.outbox
                        where aggregate_type = 'order' and aggregate_id = ? order by sequence desc limit 1""", orderId).fetchSingle().get(0, UUID.class);
        return new CommitToken(new EventId(id));
    }
}
