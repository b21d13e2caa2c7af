package dev.afterimage.eventlog;

import static dev.afterimage.eventlog.Events.append;
import static dev.afterimage.eventlog.Events.event;
import static dev.afterimage.eventlog.Events.events;
import static dev.afterimage.eventlog.Events.positions;
import static dev.afterimage.eventlog.Events.recorded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every log does, whatever keeps it: appending, reading, sources. */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class EventLogContract {

    private static final ReadLimits ALL = ReadLimits.defaults().withEvents(100_000);

    private EventLog log;

    @BeforeAll
    void openOnce() throws Exception {
        clear();
        log = open();
    }

    @AfterAll
    void close() {
        log.close();
    }

    /** Makes the store empty, without sources. */
    protected abstract void clear() throws Exception;

    /** Another log on the same store, as another process would open it. */
    protected abstract EventLog open();

    @BeforeEach
    void startEmpty() throws Exception {
        clear();
    }

    private LogAppender appender(String source) {
        log.sources().register(source, "start");
        return log.sources().claim(source);
    }

    @Test
    void an_empty_log_ends_before_its_first_event() {
        assertThat(log.whole().head()).isEqualTo(Position.ZERO);
        assertThat(log.whole().readAfter(Position.ZERO, ALL).events()).isEmpty();
    }

    @Test
    void positions_are_dense_from_1_over_all_appends() {
        var appender = appender("a");

        assertThat(append(appender, events("x", 3), "b1")).isEqualTo(new Position(3));
        assertThat(append(appender, events("y", 1), "b2")).isEqualTo(new Position(4));
        assertThat(positions(log.whole().readAfter(Position.ZERO, ALL).events()))
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(log.whole().head()).isEqualTo(new Position(4));
    }

    @Test
    void an_event_is_read_as_it_was_appended() {
        var full = new RecordedEvent(
                EventId.next(),
                new AggregateRef("purchase-order", "ü'\"\\\t\n{}\\N 🎉"),
                1,
                new EventType("line-added", 12),
                "{\"a\":1}",
                Metadata.of("correlationId", "tab \t quote \" backslash \\N").with("empty", ""),
                Instant.parse("1999-12-31T23:59:59.999999Z"));
        append(appender("a"), List.of(full), "b");

        assertThat(recorded(log.whole().readAfter(Position.ZERO, ALL).events())).containsExactly(full);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ \"b\" : 1.50 ,\t\"a\":\"x\",\n\"b\":1e3 }",
                "\"\\u0000 \\u00fc ü 漢字 🎉 \\\\ \\\" \\/\"",
                "\\N",
                "\\.",
                "",
                " ",
                "null"
            })
    void a_payload_is_kept_byte_for_byte_and_never_parsed(String payload) {
        append(appender("a"), List.of(event(payload), event("after")), "b");

        assertThat(log.whole().readAfter(Position.ZERO, ALL).events())
                .extracting(logged -> logged.event().payload())
                .containsExactly(payload, "after");
    }

    @Test
    void a_read_says_which_event_is_before_it() {
        var events = events("x", 3);
        append(appender("a"), events, "b");

        assertThat(log.whole().readAfter(Position.ZERO, ALL).before()).isEmpty();
        for (int i = 1; i <= 3; i++) {
            assertThat(log.whole().readAfter(new Position(i), ALL).before())
                    .contains(events.get(i - 1).id());
        }
    }

    @Test
    void a_read_starts_after_the_position_and_brings_at_most_so_many_events() {
        var appended = events("x", 5);
        append(appender("a"), appended, "b");

        assertThat(recorded(log.whole()
                        .readAfter(new Position(1), ALL.withEvents(3))
                        .events()))
                .isEqualTo(appended.subList(1, 4));
        assertThat(log.whole().readAfter(new Position(5), ALL).events()).isEmpty();
    }

    @Test
    void a_read_stops_after_the_event_that_passes_the_limit_of_bytes() {
        append(appender("a"), List.of(event("x".repeat(60)), event("x".repeat(60)), event("x")), "b");

        assertThat(log.whole().readAfter(Position.ZERO, ALL.withBytes(100)).events())
                .hasSize(2);
        assertThat(log.whole().readAfter(Position.ZERO, ALL.withBytes(120)).events())
                .hasSize(2);
        assertThat(log.whole().readAfter(Position.ZERO, ALL.withBytes(121)).events())
                .hasSize(3);
    }

    @Test
    void a_read_brings_at_least_one_event_however_large_it_is() {
        append(appender("a"), List.of(event("x".repeat(1_000_000)), event("y")), "b");

        assertThat(positions(
                        log.whole().readAfter(Position.ZERO, ALL.withBytes(1)).events()))
                .containsExactly(1L);
        assertThat(positions(
                        log.whole().readAfter(new Position(1), ALL.withBytes(1)).events()))
                .containsExactly(2L);
    }

    @Test
    void limits_below_one_are_refused() {
        assertThatThrownBy(() -> ALL.withEvents(0)).hasMessage("read limit must be 1..1000000 events, was 0");
        assertThatThrownBy(() -> ALL.withBytes(0)).hasMessage("read limit must be 1 byte or more, was 0");
    }

    @Test
    void an_event_is_found_by_its_id_once_it_is_in_the_log() {
        var appended = events("x", 2);
        var appender = appender("a");

        assertThat(log.whole().positionOf(appended.getLast().id())).isEmpty();
        append(appender, appended, "b");
        assertThat(log.whole().positionOf(appended.getLast().id())).contains(new Position(2));
    }

    @Test
    void an_appender_knows_which_events_the_log_has() {
        var present = events("x", 2);
        var appender = appender("a");
        append(appender, present, "b");
        var absent = EventId.next();

        assertThat(appender.alreadyAppended(List.of(
                        absent, present.getLast().id(), present.getFirst().id())))
                .isEqualTo(Set.of(present.getFirst().id(), present.getLast().id()));
        assertThat(appender.alreadyAppended(List.of())).isEmpty();
    }

    @Test
    void a_bookmark_is_recorded_with_the_events_and_alone() {
        var appender = appender("a");

        append(appender, events("x", 1), "with events");
        assertThat(log.sources().bookmark("a")).contains("with events");
        assertThat(append(appender, List.of(), "alone")).isEqualTo(new Position(1));
        assertThat(log.sources().bookmark("a")).contains("alone");
        assertThat(log.whole().head()).isEqualTo(new Position(1));
    }

    @Test
    void each_source_has_its_own_bookmark_and_fence() {
        var a = appender("a");
        var b = appender("b");

        append(a, events("x", 1), "of a");
        append(b, events("y", 1), "of b");

        assertThat(log.sources().bookmark("a")).contains("of a");
        assertThat(log.sources().bookmark("b")).contains("of b");
    }

    @Test
    void registering_again_changes_nothing() {
        var appender = appender("a");
        append(appender, events("x", 1), "later");
        log.sources().register("a", "start");

        assertThat(log.sources().bookmark("a")).contains("later");
        assertThat(append(appender, events("y", 1), "still mine")).isEqualTo(new Position(2));
    }

    @Test
    void a_source_that_was_never_registered_is_unknown_and_told_what_to_do() {
        assertThat(log.sources().bookmark("nobody")).isEmpty();
        assertThatThrownBy(() -> log.sources().claim("nobody"))
                .isInstanceOfSatisfying(
                        UnknownSourceException.class,
                        e -> assertThat(e.source()).isEqualTo("nobody"))
                .hasMessage("source nobody is not known to the log: run init for it first");
    }

    @Test
    void a_claim_fences_every_earlier_appender_and_what_it_tries_is_not_appended() {
        var first = appender("a");
        append(first, events("x", 1), "by the first");
        var second = log.sources().claim("a");

        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThatThrownBy(() -> append(first, events("zombie", 2), "by a zombie"))
                .isInstanceOfSatisfying(FencedException.class, e -> {
                    assertThat(e.source()).isEqualTo("a");
                    assertThat(e.epoch()).isEqualTo(first.epoch());
                })
                .hasMessageContaining("another relay has taken over");
        assertThatThrownBy(() -> append(first, List.of(), "by a zombie")).isInstanceOf(FencedException.class);
        assertThat(log.whole().head()).isEqualTo(new Position(1));
        assertThat(log.sources().bookmark("a")).contains("by the first");
        assertThat(append(second, events("y", 1), "by the second")).isEqualTo(new Position(2));
    }
}
