package dev.afterimage.proof.upgrade.node;

import dev.afterimage.examples.northwind.history.NorthwindData;
import dev.afterimage.examples.northwind.orders.OrderService;
import dev.afterimage.outbox.Outbox;
import java.time.LocalDate;
import org.jooq.DSLContext;

/**
 * Places orders and ships those of anybody, also of a writer of another version: so the two meet in the heads of the same
 * aggregates.
 */
final class Writing {

    private final DSLContext db;
    private final OrderService service;

    Writing(DSLContext db) {
        this.db = db;
        this.service = new OrderService(db, Outbox.create());
    }

    void introduce() {
        var data = NorthwindData.load();
        data.customers().forEach(service::register);
        data.products().forEach(service::list);
    }

    void write(String prefix, int orders) {
        var past = NorthwindData.load().orders();
        for (int i = 0; i < orders; i++) {
            var order = past.get(i % past.size()).order();
            service.place(order.withId("%s-%d".formatted(prefix, i)));
            if (i % 3 != 0) {
                shipAny(order.orderedOn().plusDays(3));
            }
        }
    }

    private void shipAny(LocalDate day) {
        db.transaction(tx -> {
            var waiting = tx.dsl().fetchOptional("""
                    SELECT order_id FROM shop.orders WHERE shipped_on IS NULL
                    ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED""");
            waiting.ifPresent(row -> new OrderService(tx.dsl(), Outbox.create()).ship(row.get(0, String.class), day));
        });
    }
}
