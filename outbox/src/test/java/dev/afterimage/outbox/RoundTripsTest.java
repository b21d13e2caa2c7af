package dev.afterimage.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.OutboxRig.Order;
import dev.afterimage.outbox.OutboxRig.OrderEvent.LineAdded;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Counted at the socket, so that nothing hides in the driver. */
class RoundTripsTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private OutboxRig rig;
    private Connection transaction;

    @BeforeEach
    void open() throws Exception {
        rig = new OutboxRig(database);
        transaction = DriverManager.getConnection(database.jdbcUrl() + RoundTrips.parameter());
        transaction.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        transaction.close();
    }

    @Test
    void an_append_is_one_round_trip_also_the_first_of_a_connection() {
        assertThat(tripsOf(() -> rig.outbox.append(transaction, Order.class, "o-1", lines(1))))
                .isOne();
        assertThat(tripsOf(() -> rig.outbox.append(transaction, Order.class, "o-1", lines(1))))
                .isOne();
    }

    @Test
    void an_append_of_a_thousand_events_is_one_round_trip() {
        assertThat(tripsOf(() -> rig.outbox.append(transaction, Order.class, "o-1", lines(1_000))))
                .isOne();
    }

    @Test
    void an_expected_append_is_one_round_trip() {
        assertThat(tripsOf(() -> rig.outbox.appendExpecting(transaction, Order.class, "o-1", 0, lines(3))))
                .isOne();
        assertThat(tripsOf(() -> rig.outbox.appendExpecting(transaction, Order.class, "o-1", 3, lines(3))))
                .isOne();
    }

    @Test
    void an_append_to_a_hundred_aggregates_is_one_round_trip_and_a_conflict_among_them_two() {
        assertThat(tripsOf(() -> rig.outbox.append(transaction, orders(100)))).isOne();
        assertThat(tripsOf(() ->
                        rig.outbox.appendExpecting(transaction, orders(100).expecting(2))))
                .isOne();
        assertThat(tripsOf(() ->
                        rig.outbox.appendExpecting(transaction, orders(100).expecting(2))))
                .isEqualTo(2);
    }

    private static Changes orders(int count) {
        var changes = Changes.none();
        for (int i = 0; i < count; i++) {
            changes = changes.and(Order.class, "o-" + i, lines(2));
        }
        return changes;
    }

    @Test
    void a_conflict_is_two_round_trips() {
        assertThat(tripsOf(() -> rig.outbox.appendExpecting(transaction, Order.class, "o-1", 7, lines(1))))
                .isEqualTo(2);
    }

    @Test
    void a_refused_append_is_none() {
        assertThat(tripsOf(() -> {
                    try {
                        rig.outbox.append(transaction, Order.class, "o-1", "not an event");
                    } catch (OutboxException expected) {
                        assertThat(expected).hasMessageContaining("not an event of");
                    }
                }))
                .isZero();
    }

    private static int tripsOf(Runnable work) {
        int before = RoundTrips.count();
        work.run();
        return RoundTrips.count() - before;
    }

    private static Object[] lines(int count) {
        return IntStream.range(0, count).mapToObj(i -> new LineAdded(i, 1)).toArray();
    }
}
