package dev.afterimage.examples.northwind.history;

import static dev.afterimage.examples.northwind.jooq.shop.Tables.CUSTOMERS;
import static dev.afterimage.examples.northwind.jooq.shop.Tables.ORDERS;
import static dev.afterimage.examples.northwind.jooq.shop.Tables.ORDER_LINES;
import static dev.afterimage.examples.northwind.jooq.shop.Tables.PRODUCTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.examples.northwind.ShopDatabase;
import dev.afterimage.examples.northwind.orders.OrderService;
import dev.afterimage.outbox.Outbox;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NorthwindWorkloadTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final int WRITERS = 4;

    private final NorthwindData data = NorthwindData.load();
    private final NorthwindWorkload workload = new NorthwindWorkload(data);

    @Test
    void several_writers_live_through_the_history_twice() throws InterruptedException {
        try (var pool = pool()) {
            var db = ShopDatabase.prepare(pool);
            var progress = new LongAdder();

            long events = workload.run(new OrderService(db, Outbox.create()), 2, WRITERS, progress::add);

            assertThat(events).isEqualTo(data.events(2)).isEqualTo(progress.sum());
            assertThat(eventsByName(db))
                    .containsOnly(
                            Map.entry("customer-registered", 2 * 91L),
                            Map.entry("product-listed", 2 * 77L),
                            Map.entry("order-placed", 2 * 830L),
                            Map.entry("order-line-added", 2 * 2155L),
                            Map.entry("order-shipped", 2 * 809L));
            assertThat(db.fetchCount(CUSTOMERS)).isEqualTo(2 * 91);
            assertThat(db.fetchCount(PRODUCTS)).isEqualTo(2 * 77);
            assertThat(db.fetchCount(ORDERS)).isEqualTo(2 * 830);
            assertThat(db.fetchCount(ORDERS, ORDERS.ORDER_ID.like("%-2"))).isEqualTo(830);
            assertThat(db.fetchCount(ORDERS, ORDERS.SHIPPED_ON.isNull())).isEqualTo(2 * 21);
            assertThat(db.fetchCount(ORDER_LINES)).isEqualTo(2 * 2155);
        }
    }

    private static HikariDataSource pool() {
        var config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(WRITERS);
        return new HikariDataSource(config);
    }

    private static Map<String, Long> eventsByName(DSLContext db) {
        return db.resultQuery("select event_name, count(*) from afterimage.outbox group by event_name")
                .fetchMap(row -> row.get(0, String.class), row -> row.get(1, Long.class));
    }
}
