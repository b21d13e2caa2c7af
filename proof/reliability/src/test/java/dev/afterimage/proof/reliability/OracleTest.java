package dev.afterimage.proof.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.examples.northwind.Pipeline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each defect is planted in a database where all is right, must be seen, and is rolled back. */
class OracleTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final Duration STANDS_STILL = Duration.ofMinutes(5);

    private static @Nullable Shop shop;

    @BeforeAll
    static void fill() throws InterruptedException {
        var opened = Shop.open(database.jdbcUrl());
        shop = opened;
        try (var load = Load.start(opened.db(), "o", 1);
                var pipeline = new Pipeline(opened.address, opened.pool()).start()) {
            load.allow(150);
            assertThat(opened.arrival.await(() -> load.committed() >= 150, STANDS_STILL))
                    .isTrue();
            load.stop(STANDS_STILL);
            assertThat(opened.arrival.await(opened.arrival::isComplete, STANDS_STILL))
                    .as("all has arrived; relay %s", pipeline.relay().status())
                    .isTrue();
        }
    }

    @AfterAll
    static void close() {
        shop().dropSlots();
        shop().close();
    }

    private static Shop shop() {
        if (shop == null) {
            throw new IllegalStateException("the shop is open between @BeforeAll and @AfterAll");
        }
        return shop;
    }

    @Test
    void where_all_is_right_it_finds_nothing() throws SQLException {
        assertThat(shop().violations()).isEmpty();
    }

    static Stream<Defect> defects() {
        return Stream.concat(LogDefects.all(), ReadModelDefects.all());
    }

    @ParameterizedTest
    @MethodSource("defects")
    void a_planted_defect_is_seen(Defect defect) throws SQLException {
        try (var connection = shop().pool().getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                for (var sql : defect.statements()) {
                    statement.execute(sql);
                }
                assertThat(Oracle.violations(connection))
                        .as(defect.name())
                        .anyMatch(found -> found.contains(defect.seenAs()));
            } finally {
                connection.rollback();
            }
        }
    }
}
