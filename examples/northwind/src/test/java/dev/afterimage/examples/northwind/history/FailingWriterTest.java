package dev.afterimage.examples.northwind.history;

import static dev.afterimage.examples.northwind.jooq.shop.Tables.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.examples.northwind.ShopDatabase;
import dev.afterimage.examples.northwind.orders.OrderService;
import dev.afterimage.outbox.Outbox;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FailingWriterTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @Test
    void a_writer_that_fails_ends_the_others() {
        var db = ShopDatabase.prepare(database.dataSource());
        db.execute("alter table shop.orders add check (order_id <> '10258')");
        var workload = new NorthwindWorkload(NorthwindData.load());

        assertThatThrownBy(() -> workload.run(new OrderService(db, Outbox.create()), 1, 2, events -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a writer failed")
                .hasCauseInstanceOf(DataAccessException.class);
        assertThat(db.fetchCount(ORDERS)).as("of 830 orders").isLessThan(415);
    }
}
