package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.Commit;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.SourceMark;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the index over aggregates costs an append: the same batches, in turn, on a log with it and on one without. */
@EnabledIfSystemProperty(named = "afterimage.bench", matches = "true", disabledReason = "measures, asserts nothing")
class AppendSpeedTest {

    private static final int ROUNDS = Integer.getInteger("afterimage.bench.rounds", 100);
    private static final int AGGREGATES = 2_000;
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    @RegisterExtension
    static final FreshDatabase indexed = new FreshDatabase();

    @RegisterExtension
    static final FreshDatabase bare = new FreshDatabase();

    /** In nanoseconds, the first half of the rounds left out. */
    private static final class Times {
        private final List<Long> elapsed = new ArrayList<>();
        private final List<Long> ofClient = new ArrayList<>();

        void measure(Runnable work) {
            long cpu = CPU.getCurrentThreadCpuTime();
            long begun = System.nanoTime();
            work.run();
            elapsed.add(System.nanoTime() - begun);
            ofClient.add(CPU.getCurrentThreadCpuTime() - cpu);
        }

        static double median(List<Long> nanos) {
            var settled = nanos.subList(nanos.size() / 2, nanos.size()).stream()
                    .sorted()
                    .toList();
            return settled.get(settled.size() / 2) / 1e6;
        }
    }

    private final Map<Integer, Long> sequences = new HashMap<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 2_000})
    void an_append_of_events(int events) throws Exception {
        var with = new Times();
        var without = new Times();
        try (var checked = new LogRig(indexed);
                var unchecked = new LogRig(bare)) {
            unchecked.execute("DROP INDEX IF EXISTS afterimage.event_log_by_aggregate");
            for (int round = 0; round < 2 * ROUNDS; round++) {
                var batch = batch(round, events);
                with.measure(() -> checked.appender.append(batch, SourceMark.of("b")));
                without.measure(() -> unchecked.appender.append(batch, SourceMark.of("b")));
            }
        }
        System.out.printf(
                "an append of %d events: %.2f ms, %.2f times that without the index; %.2f ms of CPU in this process%n",
                events,
                Times.median(with.elapsed),
                Times.median(with.elapsed) / Times.median(without.elapsed),
                Times.median(with.ofClient));
    }

    /**
     * To aggregates that the appender remembers after the first rounds: without the index it could not look them up.
     */
    private List<LogEntry> batch(int round, int events) {
        var batch = new ArrayList<LogEntry>();
        for (int i = 0; i < events; i++) {
            int aggregate = (round * events + i * 7) % AGGREGATES;
            var event = new RecordedEvent(
                    EventId.next(),
                    new AggregateRef("order", "o-" + aggregate),
                    sequences.merge(aggregate, 1L, Long::sum),
                    new EventType("order-placed", 1),
                    "{\"customer\":\"VINET\",\"lines\":[{\"product\":11,\"quantity\":12,\"price\":\"14.00\"}]}",
                    Metadata.none(),
                    Instant.now());
            batch.add(LogEntry.of(event, new Commit("a", (long) round, event.occurredAt())));
        }
        return batch;
    }
}
