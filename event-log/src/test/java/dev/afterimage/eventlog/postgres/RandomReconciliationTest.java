package dev.afterimage.eventlog.postgres;

import static dev.afterimage.eventlog.Events.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.Phantoms;
import dev.afterimage.eventlog.SourceMark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a log lacks, has too much or in the wrong order: afterwards it holds what its source holds, in order. */
class RandomReconciliationTest {

    private static final int EVENTS = 80;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void a_log_holds_what_its_source_holds_and_every_aggregate_is_in_order(long seed) throws Exception {
        var random = new Random(seed);
        var source = history(random);
        var logged = damaged(source, random);
        try (var rig = new LogRig(database)) {
            write(logged, random);
            reconcile(rig, source);

            var after = rig.logged();
            assertThat(after).extracting(l -> l.position().value()).isEqualTo(numbers(after.size()));
            assertThat(ids(after))
                    .isEqualTo(source.stream().map(RecordedEvent::id).collect(Collectors.toSet()));
            assertEachAggregateInOrder(after);
            assertOthersKeepTheirOrder(logged, source, after);
        }
    }

    private static List<RecordedEvent> history(Random random) {
        var last = new HashMap<String, Long>();
        var events = new ArrayList<RecordedEvent>();
        for (int i = 0; i < EVENTS; i++) {
            var aggregate = "a" + random.nextInt(8);
            events.add(event(aggregate, last.merge(aggregate, 1L, Long::sum)));
        }
        return events;
    }

    /** Some events are lost, one of another life is in between, some stand elsewhere. */
    private static List<RecordedEvent> damaged(List<RecordedEvent> source, Random random) {
        var logged = new ArrayList<RecordedEvent>();
        for (var event : source) {
            if (random.nextInt(5) > 0) {
                logged.add(event);
            }
            if (random.nextInt(10) == 0) {
                logged.add(event("a" + random.nextInt(8), 1L + random.nextInt(9)));
            }
        }
        for (int i = 0; i < random.nextInt(4); i++) {
            Collections.swap(logged, random.nextInt(logged.size()), random.nextInt(logged.size()));
        }
        return logged;
    }

    /** With holes, at random. */
    private static void write(List<RecordedEvent> events, Random random) throws Exception {
        try (var connection = database.connect()) {
            long position = 0;
            for (var event : events) {
                position += random.nextInt(20) == 0 ? 2 : 1;
                Sql.run(
                        connection,
                        """
                        INSERT INTO afterimage.event_log (position, event_id, aggregate_type, aggregate_id, sequence,
                          event_name, event_version, payload, occurred_at) VALUES (?, ?, ?, ?, ?, ?, 1, ?, now())""",
                        position,
                        event.id().value(),
                        event.aggregate().type(),
                        event.aggregate().id(),
                        event.sequence(),
                        event.type().name(),
                        event.payload());
            }
            Sql.run(connection, "UPDATE afterimage.log_head SET position = ?", position);
        }
    }

    private static void reconcile(LogRig rig, List<RecordedEvent> source) {
        Map<EventId, RecordedEvent> byId = new HashMap<>();
        source.forEach(event -> byId.put(event.id(), event));
        try (var reconciliation = rig.log.sources().reconcile("a", note -> {})) {
            reconciliation.known(source.stream().map(RecordedEvent::id).iterator());
            reconciliation.forEachMissing(
                    7,
                    ids -> reconciliation.add(
                            ids.stream().map(byId::get).map(LogEntry::of).iterator()));
            reconciliation.finish(SourceMark.of("b"), Phantoms.REMOVE);
        }
    }

    private static List<Long> numbers(int count) {
        return java.util.stream.LongStream.rangeClosed(1, count).boxed().toList();
    }

    private static Set<EventId> ids(List<LoggedEvent> logged) {
        var ids = new HashSet<EventId>();
        logged.forEach(each -> ids.add(each.event().id()));
        return ids;
    }

    private static void assertEachAggregateInOrder(List<LoggedEvent> logged) {
        var last = new HashMap<String, Long>();
        for (var each : logged) {
            var event = each.event();
            assertThat(event.sequence())
                    .as("%s", each)
                    .isEqualTo(last.merge(event.aggregate().id(), 1L, Long::sum));
        }
    }

    /** Those that have no later event of their aggregate before them in the log. */
    private static void assertOthersKeepTheirOrder(
            List<RecordedEvent> before, List<RecordedEvent> source, List<LoggedEvent> after) {
        var real = source.stream().map(RecordedEvent::id).collect(Collectors.toSet());
        var highest = new HashMap<String, Long>();
        var kept = new ArrayList<EventId>();
        for (var event : before) {
            if (real.contains(event.id())
                    && highest.merge(event.aggregate().id(), event.sequence(), Math::max) == event.sequence()) {
                kept.add(event.id());
            }
        }
        assertThat(after.stream()
                        .map(l -> l.event().id())
                        .filter(kept::contains)
                        .toList())
                .isEqualTo(kept);
    }
}
