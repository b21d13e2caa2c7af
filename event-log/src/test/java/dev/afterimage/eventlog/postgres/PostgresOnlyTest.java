package dev.afterimage.eventlog.postgres;

import static dev.afterimage.eventlog.Events.append;
import static dev.afterimage.eventlog.Events.event;
import static dev.afterimage.eventlog.Events.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.postgres.DatabaseException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the log owes to PostgreSQL and another store may do otherwise. */
class PostgresOnlyTest {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration SHORTER_THAN_A_RECONNECT = Duration.ofMillis(100);
    private static final int MIB = 1 << 20;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private EventLog log;
    private EventLog elsewhere;
    private LogAppender appender;

    @BeforeEach
    void open() throws Exception {
        EmptyLog.in(database);
        log = PostgresEventLog.open(database.dataSource());
        elsewhere = PostgresEventLog.open(database.dataSource());
        elsewhere.sources().register("a", "start");
        appender = elsewhere.sources().claim("a");
    }

    /** Beside the next test: a listener takes half a second. */
    @AfterEach
    void close() {
        Thread.ofVirtual().start(elsewhere::close);
        Thread.ofVirtual().start(log::close);
    }

    /** NoDuplicateInLog: the last line of defence. */
    @Test
    void an_event_id_that_the_log_has_is_refused_together_with_its_batch_and_bookmark() {
        var first = event("a", 1);
        append(appender, List.of(first), "b1");
        var sameId = new RecordedEvent(
                first.id(), first.aggregate(), 2, first.type(), "again", Metadata.none(), first.occurredAt());

        assertThatThrownBy(() -> append(appender, List.of(event("y"), sameId), "b2"))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.sqlState()).isEqualTo("23505"))
                .hasMessageStartingWith("appending 2 events of a failed");
        assertThat(log.whole().head()).isEqualTo(new Position(1));
        assertThat(log.whole().readAfter(Position.ZERO, ReadLimits.defaults()).events())
                .hasSize(1);
        assertThat(log.sources().bookmark("a")).contains("b1");
        assertThat(append(appender, events("z", 1), "b3")).isEqualTo(new Position(2));
    }

    @Test
    void a_reader_whose_listener_was_cut_off_finds_at_the_end_of_its_wait_what_it_missed() throws Exception {
        assertThat(log.whole().awaitAfter(Position.ZERO, Duration.ofMillis(1))).isFalse();
        cutListeners();
        append(appender, events("x", 1), "b");

        assertThat(log.whole().awaitAfter(Position.ZERO, SHORTER_THAN_A_RECONNECT))
                .isTrue();
    }

    @Test
    void a_listener_that_was_cut_off_comes_back_and_wakes_again() throws Exception {
        cutListeners();
        append(appender, events("x", 1), "b");
        assertThat(log.whole().awaitAfter(Position.ZERO, LONG)).isTrue();
        append(appender, events("y", 1), "b");

        assertThat(log.whole().awaitAfter(new Position(1), LONG)).isTrue();
    }

    @Test
    void a_stranger_who_notifies_nonsense_does_not_stop_the_listener() throws Exception {
        EmptyLog.execute(database, "NOTIFY afterimage_log, 'nonsense'");
        EmptyLog.execute(database, "NOTIFY afterimage_log");
        append(appender, events("x", 1), "b");
        long from = System.nanoTime();

        assertThat(log.whole().awaitAfter(Position.ZERO, LONG)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void a_read_of_large_payloads_brings_little_more_into_memory_than_it_may_return() {
        for (int i = 0; i < 8; i++) {
            var large = Stream.generate(() -> event("x".repeat(MIB))).limit(8).toList();
            append(appender, large, "b");
        }
        var read = new long[1];
        long allocated = allocatedBy(() -> read[0] = log.whole()
                .readAfter(Position.ZERO, ReadLimits.defaults().withBytes(MIB))
                .events()
                .size());

        assertThat(read[0]).isEqualTo(1);
        assertThat(allocated).isLessThan(40L * MIB);
    }

    @Test
    void small_events_before_large_ones_do_not_make_a_read_fetch_more_than_it_may() {
        append(appender, events("small", 100), "b");
        for (int i = 0; i < 8; i++) {
            append(
                    appender,
                    Stream.generate(() -> event("x".repeat(MIB))).limit(12).toList(),
                    "b");
        }
        var read = new long[1];
        long allocated = allocatedBy(() -> read[0] = log.whole()
                .readAfter(Position.ZERO, ReadLimits.defaults().withBytes(8 * MIB))
                .events()
                .size());

        assertThat(read[0]).isEqualTo(108);
        assertThat(allocated).isLessThan(64L * MIB);
    }

    private static long allocatedBy(Runnable work) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void an_append_is_flushed_to_disk_whatever_the_database_defaults_to() throws Exception {
        EmptyLog.execute(database, "ALTER DATABASE %s SET synchronous_commit TO off".formatted(database.name()));
        EmptyLog.execute(database, """
                CREATE OR REPLACE FUNCTION afterimage.require_synchronous_commit() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF current_setting('synchronous_commit') <> 'on' THEN RAISE EXCEPTION 'not durable'; END IF;
                  RETURN NEW;
                END $$;
                CREATE OR REPLACE TRIGGER durable BEFORE INSERT ON afterimage.event_log
                  FOR EACH ROW EXECUTE FUNCTION afterimage.require_synchronous_commit()""");
        try {
            assertThat(append(appender, events("x", 2), "b")).isEqualTo(new Position(2));
        } finally {
            EmptyLog.execute(database, "DROP TRIGGER durable ON afterimage.event_log");
            EmptyLog.execute(database, "ALTER DATABASE %s RESET synchronous_commit".formatted(database.name()));
        }
    }

    private void cutListeners() throws Exception {
        EmptyLog.execute(
                database,
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'");
    }

    /** Also those of the tests before: they close beside this one. */
    @Test
    void a_closed_log_leaves_no_connection_and_no_thread() {
        log.close();
        elsewhere.close();

        long deadline = System.nanoTime() + LONG.toNanos();
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("afterimage-listen-afterimage_log"))) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
