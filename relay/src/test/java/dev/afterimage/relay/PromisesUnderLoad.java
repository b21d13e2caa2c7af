package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The promises of the relay about one run under concurrent load; each subclass disturbs the run in its own way. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class PromisesUnderLoad {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;
    private Map<String, List<String>> committed;
    private List<EventId> witnessed;
    private List<LoggedEvent> log;

    /** How many transactions each writer makes at most. */
    abstract int transactions();

    /** Runs relays until the load has ended; one must be streaming afterwards. */
    abstract void relayDuring(Load load, RelayRig rig) throws Exception;

    @BeforeAll
    void run() throws Exception {
        rig = new RelayRig(database).init();
        try (var witness = CommitWitness.from(rig);
                var load = Load.start(rig, transactions())) {
            relayDuring(load, rig);
            committed = load.committed();
            witnessed = witness.events();
        }
        log = rig.logOf(witnessed.size());
    }

    @AfterAll
    void close() throws Exception {
        rig.close();
    }

    @Test
    void the_run_was_worth_it() {
        assertThat(committed.size()).isGreaterThan(100);
        assertThat(rig.log.whole().head().value()).isEqualTo(witnessed.size());
    }

    @Test
    void NoCommittedEventLost() {
        assertThat(byTransaction().keySet()).containsAll(committed.keySet());
        assertThat(ids()).containsAll(witnessed);
    }

    @Test
    void NoDuplicateInLog() {
        assertThat(ids()).doesNotHaveDuplicates();
        assertThat(log)
                .extracting(logged -> logged.position().value())
                .isEqualTo(LongStream.rangeClosed(1, witnessed.size()).boxed().toList());
    }

    @Test
    void RolledBackNeverAppears() {
        assertThat(RelayRig.payloads(log)).noneMatch(payload -> payload.startsWith(Load.ROLLED_BACK));
        assertThat(byTransaction().keySet()).isSubsetOf(committed.keySet());
    }

    @Test
    void CommitOrderKept() {
        assertThat(ids()).isEqualTo(witnessed);
    }

    @Test
    void the_events_of_a_transaction_are_contiguous_and_in_the_order_of_their_appends() {
        assertThat(byTransaction()).isEqualTo(committed);
        var ended = new HashSet<String>();
        var current = "";
        for (var payload : RelayRig.payloads(log)) {
            var tag = tagOf(payload);
            if (!tag.equals(current)) {
                assertThat(ended.add(current)).isTrue();
                assertThat(ended).doesNotContain(tag);
                current = tag;
            }
        }
    }

    @Test
    void AggregateOrderGapless() {
        var last = new HashMap<String, Long>();
        for (var logged : log) {
            var event = logged.event();
            assertThat(event.sequence())
                    .as(event.describe())
                    .isEqualTo(last.getOrDefault(event.aggregate().id(), 0L) + 1);
            last.put(event.aggregate().id(), event.sequence());
        }
    }

    private List<EventId> ids() {
        return log.stream().map(logged -> logged.event().id()).toList();
    }

    private Map<String, List<String>> byTransaction() {
        var found = new HashMap<String, List<String>>();
        for (var payload : RelayRig.payloads(log)) {
            found.computeIfAbsent(tagOf(payload), tag -> new ArrayList<>()).add(payload);
        }
        return found;
    }

    private static String tagOf(String payload) {
        return payload.substring(0, payload.lastIndexOf(' '));
    }
}
