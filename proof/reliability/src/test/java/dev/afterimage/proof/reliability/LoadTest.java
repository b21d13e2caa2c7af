package dev.afterimage.proof.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LoadTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void after_stopping_nobody_writes_and_a_writer_that_does_not_end_is_named() throws Exception {
        try (var shop = Shop.open(database.jdbcUrl());
                var load = Load.start(shop.db(), "l", 2);
                var connection = database.connect();
                var statement = connection.createStatement()) {
            long introduced = shop.arrival.written();
            load.allow(100);
            assertThat(shop.arrival.await(() -> load.committed() >= 100, LONG)).isTrue();
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE shop.orders");
            load.allow(100);
            assertThat(shop.arrival.await(() -> isSomebodyWaiting(shop), LONG)).isTrue();

            assertThatThrownBy(() -> load.stop(Duration.ofMillis(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("still writes")
                    .hasMessageContaining("OrderService");

            connection.rollback();
            load.stop(LONG);
            assertThat(shop.arrival.written()).isEqualTo(introduced + load.committed());
            shop.dropSlots();
        }
    }

    private static boolean isSomebodyWaiting(Shop shop) {
        return shop.arrival.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0;
    }
}
