package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.EventCodec;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.relay.DisturbedLog.Step;
import dev.afterimage.relay.RelayRig.Counter;
import dev.afterimage.relay.RelayRig.CounterEvent.Counted;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RepairTest {

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
    void exactly_what_is_missing_is_appended_and_a_relay_streams_on() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "streamed", 1);
        rig.logOf(1);
        relay.close();
        rig.append("a", "missed", 2);
        rig.dropSlot();
        rig.append("b", "missed", 1);

        assertThat(rig.setup().repair()).isEqualTo(2);
        rig.streaming();
        rig.append("a", "streamed", 3);

        assertThat(rig.payloadsOf(4)).containsExactly("streamed 1", "missed 2", "missed 1", "streamed 3");
        assertThat(rig.slot("plugin || ' ' || failover")).containsExactly("pgoutput true");
    }

    @Test
    void a_refused_relay_goes_on_by_itself_once_it_is_repaired() throws Exception {
        rig.dropSlot();
        rig.append("a", "missed", 1);
        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());

        rig.setup().repair();
        RelayRig.await(RelayState.STREAMING, relay);
        rig.append("a", "streamed", 2);
        assertThat(rig.payloadsOf(2)).containsExactly("missed 1", "streamed 2");
    }

    @Test
    void a_slot_that_somebody_advanced_is_repaired() throws Exception {
        rig.append("a", "skipped", 1);
        rig.execute("SELECT pg_replication_slot_advance('%s', pg_current_wal_lsn())".formatted(rig.slot));

        assertThat(rig.setup().repair()).isEqualTo(1);
        rig.streaming();
        rig.append("a", "streamed", 2);
        assertThat(rig.payloadsOf(2)).containsExactly("skipped 1", "streamed 2");
    }

    @Test
    void repairing_again_appends_nothing() throws Exception {
        rig.append("a", "missed", 1);
        rig.dropSlot();

        assertThat(rig.setup().repair()).isEqualTo(1);
        assertThat(rig.setup().repair()).isZero();
        assertThat(rig.payloadsOf(1)).containsExactly("missed 1");
    }

    @Test
    void a_source_that_was_never_initialised_is_not_repaired() throws Exception {
        rig.execute("TRUNCATE afterimage.log_source");

        assertThatThrownBy(() -> rig.setup().repair())
                .isInstanceOfSatisfying(
                        RelayRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Refusal.NOT_INITIALISED))
                .hasMessageContaining("run ./afterimage init once");
    }

    @Test
    void repair_while_a_relay_streams_is_refused_and_disturbs_nothing() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "streamed", 1);
        rig.logOf(1);

        assertThatThrownBy(() -> rig.setup().repair())
                .isInstanceOf(RelayRefusedException.class)
                .hasMessageContaining("replication slot %s is held by pid ", rig.slot)
                .hasMessageContaining("stop it before repair");
        rig.append("a", "streamed", 2);
        assertThat(rig.payloadsOf(2)).containsExactly("streamed 1", "streamed 2");
        assertThat(relay.status().state()).isEqualTo(RelayState.STREAMING);
    }

    /** Neither the order of transactions nor that of ids is the order of an aggregate's events. */
    @Test
    void each_aggregate_is_repaired_in_the_order_of_its_sequences() throws Exception {
        rig.dropSlot();
        try (var first = rig.transaction();
                var second = rig.transaction()) {
            rig.append(first, "only of the first", "x", 1);
            rig.append(second, "of both", "early", 1);
            second.commit();
            rig.append(first, "of both", "late", 2);
            first.commit();
        }
        var overtaken = rig.outbox.withCodec(new Overtaken(() -> rig.append("overtaken", "early", 1)));
        try (var transaction = rig.transaction()) {
            overtaken.append(transaction, Counter.class, "overtaken", new Counted("late", 2));
            transaction.commit();
        }
        assertThat(rig.column(
                        "SELECT sequence FROM afterimage.outbox WHERE aggregate_id = 'overtaken' ORDER BY event_id"))
                .containsExactly("2", "1");

        assertThat(rig.setup().repair()).isEqualTo(5);
        assertSequencesAscend();
    }

    /** Lets another writer append between the making of an event's id and its append. */
    private record Overtaken(ThrowingRunnable other) implements EventCodec {

        private interface ThrowingRunnable {
            void run() throws Exception;
        }

        @Override
        public String encode(Object event) {
            try {
                other.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return new JacksonEventCodec().encode(event);
        }

        @Override
        public <E> E decode(String payload, Class<E> shape) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void thousands_of_missing_events_are_appended_in_order() throws Exception {
        rig.dropSlot();
        for (int i = 0; i < 7; i++) {
            var events = IntStream.range(0, 500)
                    .mapToObj(n -> new Counted("missed", n))
                    .toArray();
            var id = "a" + i % 2;
            try (var transaction = rig.transaction()) {
                rig.outbox.append(transaction, Counter.class, id, events);
                transaction.commit();
            }
        }

        assertThat(rig.setup().repair()).isEqualTo(3_500);
        assertThat(rig.logOf(3_500)).hasSize(3_500);
        assertSequencesAscend();
    }

    private void assertSequencesAscend() {
        var last = new HashMap<String, Long>();
        for (var logged :
                rig.log.whole().readAfter(Position.ZERO, ReadLimits.defaults()).events()) {
            var event = logged.event();
            assertThat(event.sequence())
                    .as(event.describe())
                    .isEqualTo(last.getOrDefault(event.aggregate().id(), 0L) + 1);
            last.put(event.aggregate().id(), event.sequence());
        }
    }

    @Test
    void rows_that_commit_during_the_repair_are_repaired_or_streamed_and_never_both() throws Exception {
        try (var load = Load.start(rig, 100_000)) {
            rig.streaming().close();
            for (int i = 0; i < 3; i++) {
                rig.dropSlot();
                assertThat(rig.setup().repair()).isPositive();
            }
            load.stop();
            var committed =
                    load.committed().values().stream().flatMap(List::stream).toList();
            rig.streaming();

            assertThat(rig.payloadsOf(committed.size())).containsExactlyInAnyOrderElementsOf(committed);
        }
    }

    @Test
    void a_repair_that_crashed_in_the_middle_is_refused_until_it_is_run_again() throws Exception {
        rig.append("a", "missed", 1);
        rig.append("a", "missed", 2);
        rig.dropSlot();

        for (var crashing : crashing()) {
            assertThatThrownBy(() -> new RelaySetup(rig.address, crashing, rig.settings).repair())
                    .hasMessage("crash");
            var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
            assertThat(relay.status().refusal()).contains(Refusal.REPAIR_UNFINISHED);
            assertThat(relay.status().message()).contains("run ./afterimage repair again");
            relay.close();
            assertThat(rig.log.whole().head().value()).isZero();
        }

        assertThat(rig.setup().repair()).isEqualTo(2);
        rig.streaming();
        rig.append("a", "streamed", 3);
        assertThat(rig.payloadsOf(3)).containsExactly("missed 1", "missed 2", "streamed 3");
    }

    private List<DisturbedLog> crashing() {
        Step nothing = () -> {};
        Step crash = () -> {
            throw new IllegalStateException("crash");
        };
        return List.of(new DisturbedLog(rig.log, crash, nothing), new DisturbedLog(rig.log, nothing, crash));
    }

    /**
     * Read without the slot's snapshot they would follow the order of transaction ids, which is not that of commits.
     */
    @Test
    void what_commits_after_the_slot_begins_is_streamed_in_the_order_of_commits() throws Exception {
        rig.dropSlot();
        try (var first = rig.transaction();
                var second = rig.transaction()) {
            var log = new DisturbedLog(
                    rig.log,
                    () -> {
                        rig.append(first, "first", "began first", 1);
                        rig.append(second, "second", "committed first", 1);
                        second.commit();
                        first.commit();
                    },
                    () -> {});
            assertThat(new RelaySetup(rig.address, log, rig.settings).repair()).isZero();
        }
        rig.streaming();

        assertThat(rig.payloadsOf(2)).containsExactly("committed first 1", "began first 1");
    }

    /** As after events that were lost silently: the log has later ones of the same aggregate. */
    @Test
    void events_that_the_log_lacks_in_the_middle_come_to_their_place_in_their_aggregate() throws Exception {
        var relay = rig.streaming();
        for (int i = 1; i <= 4; i++) {
            rig.append("a", "a", i);
        }
        rig.append("b", "b", 1);
        rig.logOf(5);
        relay.close();
        rig.execute("DELETE FROM afterimage.event_log WHERE position = 2");
        rig.execute("UPDATE afterimage.event_log SET position = position - 1 WHERE position > 2");
        rig.execute("UPDATE afterimage.log_head SET position = 4");
        rig.dropSlot();

        assertThat(rig.setup().repair()).isEqualTo(1);
        assertThat(rig.payloadsOf(5)).containsExactly("a 1", "a 2", "a 3", "a 4", "b 1");
        assertSequencesAscend();
    }
}
