package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.Copy;
import dev.afterimage.relay.DisturbedSources.Disturbance;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NoCommittedEventLost and NoDuplicateInLog, whatever ends the stream between the slot and the log. */
class CrashTest {

    private static final int MORE_THAN_A_DELIVERY = 3_000;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database).init();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void a_crash_before_the_append_loses_nothing() throws Exception {
        assertOnceAndInOrderIfDisturbedBy((changes, relay) -> {
            throw new IllegalStateException("crash before the append");
        });
    }

    @Test
    void a_crash_after_the_append_and_before_the_ack_appends_once() throws Exception {
        assertOnceAndInOrderIfDisturbedBy((changes, relay) -> {
            relay.receive(changes);
            throw new IllegalStateException("crash after the append");
        });
    }

    @Test
    void a_crash_in_the_middle_of_a_transaction_appends_the_rest_of_it_after_the_restart() throws Exception {
        assertOnceAndInOrderIfDisturbedBy((changes, relay) -> {
            relay.receive(changes.subList(0, changes.size() / 2));
            throw new IllegalStateException("crash after half of it");
        });
    }

    /** Debezium would go on with the next batch: see its {@code RetryingCallable}. */
    @Test
    void a_failure_that_the_engine_would_retry_does_not_skip_the_delivery() throws Exception {
        assertOnceAndInOrderIfDisturbedBy((changes, relay) -> {
            throw new RetriableException("try again");
        });
    }

    @Test
    void an_error_of_the_virtual_machine_ends_the_stream_and_not_the_relay() throws Exception {
        assertOnceAndInOrderIfDisturbedBy((changes, relay) -> {
            throw new OutOfMemoryError("made by a test");
        });
    }

    private void assertOnceAndInOrderIfDisturbedBy(Disturbance disturbance) throws Exception {
        rig.streaming(DisturbedSources.atDelivery(2, rig.debezium(), disturbance));
        rig.append("a", "before", 1);
        rig.logOf(1);
        try (var transaction = rig.transaction()) {
            for (int i = 1; i <= 5; i++) {
                rig.append(transaction, "a", "disturbed", i);
            }
            transaction.commit();
        }
        rig.logOf(6);
        rig.append("a", "after", 1);

        assertThat(rig.payloadsOf(7))
                .containsExactly(
                        "before 1",
                        "disturbed 1",
                        "disturbed 2",
                        "disturbed 3",
                        "disturbed 4",
                        "disturbed 5",
                        "after 1");
    }

    @Test
    void a_log_that_fails_for_a_while_gets_everything_once_it_works_again() throws Exception {
        var relay = rig.patient();
        rig.append("a", "before", 1);
        rig.logOf(1);
        rig.execute("ALTER TABLE afterimage.event_log RENAME TO event_log_away");
        rig.append("a", "while away", 2);
        RelayRig.await(RelayState.REFUSED, relay);
        assertThat(relay.status().refusal()).contains(Refusal.LOG_DAMAGED);
        assertThat(relay.status().message()).contains("a table of it is missing");
        rig.append("a", "while away", 3);
        rig.execute("ALTER TABLE afterimage.event_log_away RENAME TO event_log");

        assertThat(rig.payloadsOf(3)).containsExactly("before 1", "while away 2", "while away 3");
    }

    /** PostgreSQL's details quote rows, and a row may hold personal data. */
    @Test
    void a_log_that_refuses_an_event_is_quoted_without_the_row() throws Exception {
        rig.execute("ALTER TABLE afterimage.event_log ADD CONSTRAINT strict CHECK (payload NOT LIKE '%ann@%')");
        try {
            var relay = rig.patient();
            rig.append("a", "ann@example.com", 1);
            RelayRig.await(RelayState.BACKING_OFF, relay);

            assertThat(relay.status().message())
                    .contains("violates check constraint \"strict\"", "trying again in 1000 ms")
                    .doesNotContain("ann@example.com");
        } finally {
            rig.execute("ALTER TABLE afterimage.event_log DROP CONSTRAINT strict");
        }
        assertThat(rig.payloadsOf(1)).containsExactly("ann@example.com 1");
    }

    /** COPY writes many rows as one WAL record, so that they share one position: dbz#1554. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 19})
    void rows_of_one_copy_are_all_there_once_if_it_crashes_in_the_middle(int appended) throws Exception {
        rig.streaming(DisturbedSources.atDelivery(1, rig.debezium(), (changes, relay) -> {
            relay.receive(changes.subList(0, Math.min(appended, changes.size())));
            throw new IllegalStateException("crash in the middle of a copy");
        }));
        copy(20);

        assertThat(rig.payloadsOf(20)).isEqualTo(copied(20));
    }

    @Test
    void a_copy_of_several_deliveries_of_which_some_were_acknowledged_is_there_once() throws Exception {
        rig.streaming(DisturbedSources.atDelivery(2, rig.debezium(), (changes, relay) -> {
            throw new IllegalStateException("crash at the second delivery of a transaction");
        }));
        copy(5_000);

        assertThat(rig.payloadsOf(5_000)).isEqualTo(copied(5_000));
    }

    /**
     * More than the 2048 changes of the largest delivery, so that the first after the crash does not bring all of them
     * again.
     */
    @Test
    void deliveries_that_were_all_appended_and_not_acknowledged_are_all_recognised() throws Exception {
        var appended = new AtomicInteger();
        rig.streaming(DisturbedSources.atEveryDelivery(rig.debezium(), (changes, relay) -> {
            relay.receive(changes);
            if (appended.get() <= MORE_THAN_A_DELIVERY && appended.addAndGet(changes.size()) > MORE_THAN_A_DELIVERY) {
                throw new IllegalStateException("crash after several deliveries of a transaction");
            }
        }));
        copy(5_000);
        rig.logOf(5_000);
        rig.append("later", "after", 1);

        assertThat(rig.payloadsOf(5_001).subList(0, 5_000)).isEqualTo(copied(5_000));
        assertThat(rig.payloadsOf(5_001)).last().isEqualTo("after 1");
    }

    private void copy(int rows) throws SQLException {
        try (var transaction = rig.transaction()) {
            copy(transaction, rows);
            transaction.commit();
        }
    }

    private static void copy(Connection transaction, int rows) throws SQLException {
        var into = """
                COPY afterimage.outbox (event_id, aggregate_type, aggregate_id, sequence, event_name, event_version,
                  payload, occurred_at) FROM STDIN""";
        Copy.rows(
                transaction,
                into,
                IntStream.rangeClosed(1, rows).boxed().toList(),
                (row, i) -> row.add(EventId.next().toString())
                        .add("counter")
                        .add("copied")
                        .add(i)
                        .add("counted")
                        .add(1)
                        .add("{\"tag\":\"copied\",\"number\":%d}".formatted(i))
                        .add("2026-01-01T00:00:00Z"));
    }

    private static List<String> copied(int rows) {
        return IntStream.rangeClosed(1, rows).mapToObj(i -> "copied " + i).toList();
    }
}
