package dev.afterimage.eventlog;

import static dev.afterimage.eventlog.Events.append;
import static dev.afterimage.eventlog.Events.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every log does while several threads and processes use it at once: order, completeness, waking. */
public abstract class EventLogConcurrencyContract {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration WELL_UNDER = Duration.ofMinutes(1);
    private static final int SOURCES = 4;
    private static final int APPENDS = 30;
    private static final int TOTAL =
            SOURCES * IntStream.range(0, APPENDS).map(i -> 1 + i % 7).sum();

    private EventLog log;
    private ExecutorService threads;

    /** Makes the store empty, without sources. */
    protected abstract void clear() throws Exception;

    /** Another log on the same store, as another process would open it. */
    protected abstract EventLog open();

    @BeforeEach
    void openEmpty() throws Exception {
        clear();
        log = open();
        log.sources().register("a", "start");
        threads = Executors.newCachedThreadPool();
    }

    /** The log beside the next test: its listener may take a moment. */
    @AfterEach
    void close() {
        Thread.ofVirtual().start(log::close);
        threads.shutdownNow();
    }

    @Test
    void readers_during_concurrent_appends_see_every_event_in_one_order_and_never_a_hole() throws Exception {
        List<Future<List<LoggedEvent>>> readers = List.of(
                threads.submit(() -> readAll(log, ReadLimits.defaults().withEvents(1))),
                threads.submit(() -> readAll(log, ReadLimits.defaults().withEvents(3))),
                threads.submit(() -> readAll(log, ReadLimits.defaults())));
        var appenders = IntStream.range(0, SOURCES)
                .<Callable<Position>>mapToObj(i -> () -> appendMany("source " + i))
                .toList();
        for (var appender : threads.invokeAll(appenders)) {
            appender.get();
        }

        var seen = readers.getFirst().get();
        assertThat(positions(seen))
                .isEqualTo(LongStream.rangeClosed(1, TOTAL).boxed().toList());
        for (var reader : readers) {
            assertThat(reader.get()).isEqualTo(seen);
        }
        assertEachAppendIsContiguousAndInItsSourcesOrder(seen);
    }

    private Position appendMany(String source) {
        log.sources().register(source, "start");
        var appender = log.sources().claim(source);
        var last = Position.ZERO;
        for (int i = 0; i < APPENDS; i++) {
            last = append(appender, events("%s append %03d event".formatted(source, i), 1 + i % 7), "b" + i);
        }
        return last;
    }

    private static List<LoggedEvent> readAll(EventLog log, ReadLimits limits) throws InterruptedException {
        var seen = new ArrayList<LoggedEvent>();
        var at = Position.ZERO;
        while (seen.size() < TOTAL) {
            assertThat(log.whole().awaitAfter(at, LONG)).isTrue();
            var batch = log.whole().readAfter(at, limits).events();
            assertThat(batch).isNotEmpty();
            seen.addAll(batch);
            at = batch.getLast().position();
        }
        return seen;
    }

    private static void assertEachAppendIsContiguousAndInItsSourcesOrder(List<LoggedEvent> seen) {
        var expected = new HashMap<String, List<String>>();
        var bySource = new HashMap<String, List<String>>();
        for (var logged : seen) {
            var payload = logged.event().payload().replace("\"", "");
            bySource.computeIfAbsent(payload.substring(0, "source 0".length()), source -> new ArrayList<>())
                    .add(payload);
        }
        for (int s = 0; s < SOURCES; s++) {
            var source = "source " + s;
            expected.put(
                    source,
                    IntStream.range(0, APPENDS)
                            .boxed()
                            .flatMap(i -> IntStream.rangeClosed(1, 1 + i % 7)
                                    .mapToObj(e -> "%s append %03d event %d".formatted(source, i, e)))
                            .toList());
        }
        assertThat(bySource).isEqualTo(expected);
        for (int i = 1; i < seen.size(); i++) {
            var payload = seen.get(i).event().payload();
            if (!payload.endsWith("event 1\"")) {
                var before = seen.get(i - 1).event().payload();
                assertThat(before.substring(0, before.lastIndexOf(' ')))
                        .isEqualTo(payload.substring(0, payload.lastIndexOf(' ')));
            }
        }
    }

    private static List<Long> positions(List<LoggedEvent> logged) {
        return logged.stream().map(event -> event.position().value()).toList();
    }

    @Test
    void nothing_of_a_fenced_appender_comes_after_the_claim_that_fenced_it() throws Exception {
        var busy = log.sources().claim("a");
        var started = new CountDownLatch(10);
        var zombie = threads.submit(() -> appendUntilFenced(busy, started));
        started.await();
        var successor = log.sources().claim("a");
        var atClaim = log.whole().head();

        assertThat(zombie.get()).isTrue();
        assertThat(log.whole().head()).isEqualTo(atClaim);
        assertThat(append(successor, events("successor", 1), "successor")).isEqualTo(atClaim.plus(1));
    }

    private static boolean appendUntilFenced(LogAppender appender, CountDownLatch started) {
        long deadline = System.nanoTime() + WELL_UNDER.toNanos();
        while (System.nanoTime() - deadline < 0) {
            try {
                append(appender, events("zombie", 3), "zombie");
                started.countDown();
            } catch (FencedException e) {
                return true;
            }
        }
        return false;
    }

    @Test
    void of_many_claims_at_once_one_is_the_last_and_only_it_can_append() throws Exception {
        var claims = threads.invokeAll(IntStream.range(0, 8)
                .<Callable<LogAppender>>mapToObj(i -> () -> log.sources().claim("a"))
                .toList());
        var epochs = new ArrayList<Long>();
        int appended = 0;
        for (var claim : claims) {
            epochs.add(claim.get().epoch());
            try {
                append(claim.get(), events("x", 1), "b");
                appended++;
            } catch (FencedException e) {
                assertThat(e.epoch()).isEqualTo(claim.get().epoch());
            }
        }

        assertThat(epochs).doesNotHaveDuplicates();
        assertThat(appended).isOne();
    }

    @Test
    void a_waiting_reader_is_woken_by_an_append_of_this_process() throws Exception {
        assertWoken(log, log);
    }

    @Test
    void a_waiting_reader_is_woken_by_an_append_of_another_process() throws Exception {
        try (var other = open()) {
            assertWoken(log, other);
            assertWoken(other, log);
        }
    }

    private void assertWoken(EventLog readers, EventLog writers) throws Exception {
        var head = readers.whole().head();
        var waiting = waitingAfter(head, readers);
        long from = System.nanoTime();
        append(writers.sources().claim("a"), events("x", 1), "b");

        assertThat(waiting.get()).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(WELL_UNDER);
        assertThat(readers.whole().readAfter(head, ReadLimits.defaults()).events())
                .hasSize(1);
    }

    @Test
    void an_event_that_is_there_is_not_waited_for() throws Exception {
        append(log.sources().claim("a"), events("x", 2), "b");
        try (var other = open()) {
            assertThat(other.whole().awaitAfter(new Position(1), LONG)).isTrue();
            assertThat(other.whole().awaitAfter(Position.ZERO, Duration.ZERO)).isTrue();
        }
    }

    @Test
    void a_wait_for_nothing_ends_false_after_its_time() throws Exception {
        append(log.sources().claim("a"), events("x", 2), "b");
        long from = System.nanoTime();

        assertThat(log.whole().awaitAfter(new Position(2), Duration.ofMillis(50)))
                .isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isBetween(Duration.ofMillis(50), WELL_UNDER);
    }

    @Test
    void closing_ends_every_wait_with_false_and_every_later_one_at_once() throws Exception {
        var closing = open();
        var waiting = waitingAfter(Position.ZERO, closing);
        long from = System.nanoTime();
        closing.close();

        assertThat(waiting.get()).isFalse();
        assertThat(closing.whole().awaitAfter(Position.ZERO, LONG)).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(WELL_UNDER);
    }

    /** Returns when the other thread waits indeed. */
    private static FutureTask<Boolean> waitingAfter(Position position, EventLog log) {
        var waiting = new FutureTask<>(() -> log.whole().awaitAfter(position, LONG));
        var thread = Thread.ofPlatform().daemon().start(waiting);
        long deadline = System.nanoTime() + WELL_UNDER.toNanos();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("the reader does not wait");
            }
            Thread.onSpinWait();
        }
        return waiting;
    }
}
