package dev.afterimage.eventlog.postgres;

import static dev.afterimage.eventlog.Events.append;
import static dev.afterimage.eventlog.Events.event;
import static dev.afterimage.eventlog.Events.events;
import static dev.afterimage.eventlog.Events.positions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.ReadLimits;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody removed from the log is noticed by whoever comes by, and never taken for the end of the log. */
class DamagedLogTest {

    private static final ReadLimits ALL = ReadLimits.defaults();

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private LogRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new LogRig(database);
        append(rig.appender, events("x", 10), "b");
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static void assertDamaged(String message, ThrowingCallable read) {
        assertThatThrownBy(read)
                .isInstanceOf(LogDamagedException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("./afterimage verify log");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 1_000})
    void a_hole_is_named_by_the_first_position_that_is_missing(int atMost) throws Exception {
        rig.execute("DELETE FROM afterimage.event_log WHERE position IN (5, 6, 8)");

        var limits = ALL.withEvents(atMost);
        assertDamaged(
                "the event at position 5 is missing", () -> rig.log.whole().readAfter(new Position(4), limits));
        assertDamaged(
                "the event at position 6 is missing", () -> rig.log.whole().readAfter(new Position(5), limits));
        assertThat(positions(rig.log
                        .whole()
                        .readAfter(Position.ZERO, ALL.withEvents(4))
                        .events()))
                .containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void a_log_without_its_beginning_cannot_be_read_from_there() throws Exception {
        rig.execute("DELETE FROM afterimage.event_log WHERE position <= 7");

        assertDamaged(
                "the event at position 1 is missing", () -> rig.log.whole().readAfter(Position.ZERO, ALL));
        assertThat(rig.log.whole().readAfter(new Position(7), ALL).events()).hasSize(3);
    }

    @Test
    void a_log_that_was_emptied_is_noticed_by_readers_by_appends_and_at_its_head() throws Exception {
        rig.execute("TRUNCATE afterimage.event_log");

        assertDamaged(
                "the event at position 1 is missing", () -> rig.log.whole().readAfter(Position.ZERO, ALL));
        assertDamaged("there are no events", () -> rig.log.whole().head());
        assertDamaged("there are no events", () -> append(rig.appender, events("y", 1), "b"));
        assertDamaged("there are no events", () -> rig.log.check());
        assertDamaged("there are no events", () -> rig.log.whole().generation());
        assertDamaged("there are no events", () -> rig.log.whole().awaitAfter(new Position(10), Duration.ofMillis(1)));
    }

    @Test
    void a_log_whose_end_was_cut_off_is_noticed_also_by_an_append() throws Exception {
        rig.execute("DELETE FROM afterimage.event_log WHERE position > 8");

        assertDamaged(
                "its head says that it ends at position 10, and the last event is at 8",
                () -> append(rig.appender, events("y", 1), "b"));
        assertDamaged(
                "the event at position 9 is missing", () -> rig.log.whole().readAfter(new Position(8), ALL));
        assertDamaged(
                "the event at position 10 is missing",
                () -> rig.log.whole().readAfter(new Position(9), ALL.withEvents(1)));
    }

    @Test
    void a_log_that_ends_before_a_reader_s_place_was_cut() throws Exception {
        rig.execute("DELETE FROM afterimage.event_log WHERE position > 8");
        rig.execute("UPDATE afterimage.log_head SET position = 8");

        assertDamaged(
                "it ends at position 8 and was read up to 9 before",
                () -> rig.log.whole().readAfter(new Position(9), ALL));
        assertThat(rig.log.whole().readAfter(new Position(8), ALL).events()).isEmpty();
    }

    @Test
    void a_head_before_the_last_event_is_noticed() throws Exception {
        rig.execute("UPDATE afterimage.log_head SET position = 6");

        assertDamaged("ends at position 6", () -> rig.log.whole().head());
        assertDamaged("there is an event at 10", () -> rig.log.whole().readAfter(Position.ZERO, ALL));
        assertDamaged("the last event is at 10", () -> append(rig.appender, events("y", 1), "b"));
    }

    @Test
    void a_log_without_its_head_row_says_so_and_not_that_another_relay_took_over() throws Exception {
        rig.execute("DELETE FROM afterimage.log_head");
        try {
            var message = "the row of table afterimage.log_head that says where it ends is missing";
            assertDamaged(message, () -> append(rig.appender, events("y", 1), "b"));
            assertDamaged(message, () -> rig.log.whole().head());
            assertDamaged(message, () -> rig.log.whole().readAfter(Position.ZERO, ALL));
            assertDamaged(message, () -> rig.log.check());
        } finally {
            rig.execute("INSERT INTO afterimage.log_head VALUES (0, 10)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"event_log", "log_head", "log_source"})
    void a_table_that_was_dropped_is_named(String table) throws Exception {
        rig.execute("ALTER TABLE afterimage.%1$s RENAME TO %1$s_away".formatted(table));
        try {
            assertDamaged("of its tables afterimage.%s are missing".formatted(table), () -> rig.log.check());
            assertDamaged(
                    "relation \"afterimage.%s\" does not exist".formatted(table),
                    () -> append(rig.appender, events("y", 1), "b"));
        } finally {
            rig.execute("ALTER TABLE afterimage.%1$s_away RENAME TO %1$s".formatted(table));
        }
    }

    @Test
    void a_log_that_is_whole_passes_the_check() {
        assertThatCode(rig.log::check).doesNotThrowAnyException();
    }

    @Test
    void a_row_that_cannot_be_read_back_is_named() throws Exception {
        var odd = event("odd");
        append(rig.appender, List.of(odd), "b");
        rig.execute("UPDATE afterimage.event_log SET metadata = '[1]' WHERE position = 11");

        assertDamaged(
                "event %s at position 11 cannot be read back".formatted(odd.id()),
                () -> rig.log.whole().readAfter(Position.ZERO, ALL));
        assertThat(rig.log.whole().readAfter(Position.ZERO, ALL.withEvents(10)).events())
                .hasSize(10);
    }
}
