package dev.afterimage.eventlog.postgres;

import static dev.afterimage.eventlog.Events.append;
import static dev.afterimage.eventlog.Events.event;
import static dev.afterimage.eventlog.Events.named;
import static dev.afterimage.eventlog.Events.payloads;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Commit;
import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.OutOfSequenceException;
import dev.afterimage.eventlog.SourceMark;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An aggregate's events come into the log as 1, 2, 3 …, or with an operator's decision. */
class SequencesTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private LogRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new LogRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void assertRefused(String message, String... names) {
        var before = payloads(rig.logged());
        assertThatThrownBy(() -> append(rig.appender, named(names), "refused"))
                .isInstanceOf(OutOfSequenceException.class)
                .hasMessageContaining(message);
        assertThat(payloads(rig.logged())).isEqualTo(before);
        assertThat(rig.log.sources().bookmark("a")).isNotEqualTo("refused");
    }

    @Test
    void an_aggregate_begins_with_its_first_event() {
        assertRefused("sequence 1 was expected, so 1 events are missing before it", "a#2");
    }

    @Test
    void a_repetition_under_another_id_is_refused_by_name() {
        append(rig.appender, named("a#1", "a#2", "b#1"), "b");

        assertRefused("(order a #2) does not follow", "c#1", "a#2");
        assertRefused("sequence 2 was expected, 1 is a repetition", "b#1");
    }

    @Test
    void a_missing_predecessor_is_refused_by_name() {
        append(rig.appender, named("a#1"), "b");

        assertRefused("(order a #4) does not follow what the log has of its aggregate: sequence 2 was expected", "a#4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a#1 a#3", "a#1 a#1", "a#2 a#1", "b#1 a#1 b#2 a#2 b#4"})
    void events_of_one_append_follow_each_other(String names) {
        assertRefused("does not follow", names.split(" "));
    }

    @Test
    void what_is_missing_can_be_given_up_with_the_command_that_is_named() {
        append(rig.appender, named("a#1"), "b");

        assertRefused("./afterimage skip-event --lost order a 2 --reason 'lost for good'", "a#3");
        assertRefused("./afterimage skip-event --lost order a 2..3 --reason 'lost for good'", "a#4");
        assertThatThrownBy(() -> append(rig.appender, List.of(event("it's $a", 3)), "b"))
                .hasMessageEndingWith(
                        "./afterimage skip-event --lost order 'it'\\''s $a' 1..2 --reason 'lost for good'");
        assertThatThrownBy(() -> append(rig.appender, List.of(event("-h", 2)), "b"))
                .hasMessageEndingWith("./afterimage skip-event --lost --reason 'lost for good' -- order -h 1");
    }

    @Test
    void a_repetition_can_be_left_out_with_the_command_that_is_named() {
        append(rig.appender, named("a#1"), "b");
        var again = event("a", 1);

        assertThatThrownBy(() -> append(rig.appender, List.of(again), "b"))
                .hasMessageEndingWith("./afterimage skip-event %s --reason 'a repetition'", again.id());
    }

    @Test
    void an_exception_names_the_event_the_source_and_what_the_log_has() {
        append(rig.appender, named("a#1"), "b");
        var early = event("a", 3);

        assertThatThrownBy(() -> append(rig.appender, List.of(early), "b"))
                .isInstanceOfSatisfying(OutOfSequenceException.class, e -> {
                    assertThat(e.event()).isEqualTo(early);
                    assertThat(e.source()).isEqualTo("a");
                    assertThat(e.lastInLog()).isEqualTo(1);
                })
                .hasMessageContaining("./afterimage repair");
    }

    @Test
    void what_follows_is_accepted_by_every_appender_whatever_it_remembers() {
        append(rig.appender, named("a#1", "b#1"), "b");
        append(rig.appender, named("a#2", "b#2", "a#3"), "b");
        var successor = rig.log.sources().claim("a");

        append(successor, named("b#3", "a#4"), "b");

        assertThat(payloads(rig.logged())).containsExactly("a#1", "b#1", "a#2", "b#2", "a#3", "b#3", "a#4");
    }

    @Test
    void a_refused_append_is_not_remembered() {
        append(rig.appender, named("a#1"), "b");
        assertRefused("does not follow", "a#2", "b#1", "b#3");

        assertThat(append(rig.appender, named("a#2", "b#1"), "b")).isEqualTo(new Position(3));
    }

    @Test
    void what_another_source_appended_to_the_same_aggregate_counts() {
        var other = rig.source("other");
        append(rig.appender, named("a#1"), "b");
        append(other, named("a#2"), "b");

        assertRefused("sequence 3 was expected", "a#2");
        assertThat(append(rig.appender, named("a#3"), "b")).isEqualTo(new Position(3));
    }

    @Test
    void an_event_that_is_lost_for_good_is_not_waited_for() {
        append(rig.appender, named("a#1"), "b");
        var next = event("a", 4);
        rig.log.skips().recordLost(next.aggregate(), 2, 2, "backup lost", "ann");
        assertThatThrownBy(() -> append(rig.appender, List.of(next), "b")).isInstanceOf(OutOfSequenceException.class);

        rig.log.skips().recordLost(next.aggregate(), 2, 3, "backup lost", "ann");
        append(rig.appender, List.of(next, event("a", 5)), "b");

        assertThat(payloads(rig.logged())).containsExactly("a#1", "a#4", "a#5");
        assertThat(rig.log.skips().areLost(next.aggregate(), 2, 3)).isTrue();
        assertThat(rig.log.skips().areLost(next.aggregate(), 2, 4)).isFalse();
    }

    @Test
    void an_event_that_is_left_out_keeps_its_place_and_its_sequence() {
        var unreadable = event("a", 2);
        rig.log.skips().record(unreadable.id(), "it has no payload", "ann");
        var reason = rig.log.skips().reasonFor(unreadable.id()).orElseThrow();
        var tombstone = LogEntry.skipped(
                unreadable.id(), unreadable.aggregate(), 2, unreadable.occurredAt(), Commit.of("a"), reason);

        rig.appender.append(
                List.of(LogEntry.of(event("a", 1)), tombstone, LogEntry.of(event("a", 3))), SourceMark.of("b"));

        assertThat(rig.log.whole().positionOf(unreadable.id())).contains(new Position(2));
        var logged = rig.logged().get(1);
        assertThat(logged.isSkipped()).isTrue();
        assertThat(logged.skipped()).contains("it has no payload");
        assertThat(logged.event().type()).hasToString("afterimage-skipped");
        assertThat(logged.event().payload()).isEqualTo("{}");
        assertThat(rig.logged().get(2).isSkipped()).isFalse();
    }

    @Test
    void an_event_that_the_log_has_cannot_be_left_out_any_more() {
        var logged = event("a", 1);
        rig.appender.append(List.of(LogEntry.of(logged)), SourceMark.of("b"));

        assertThatThrownBy(() -> rig.log.skips().record(logged.id(), "nobody can read it", "ann"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "event %s is in the log already, at position 1, and stays there: give the projections code that can read it"
                                .formatted(logged.id()));
        assertThat(rig.log.skips().reasonFor(logged.id())).isEmpty();
    }

    @Test
    void deciding_again_replaces_the_reason() {
        var skipped = event("a", 1);
        assertThat(rig.log.skips().reasonFor(skipped.id())).isEmpty();
        rig.log.skips().record(skipped.id(), "first", "ann");
        rig.log.skips().record(skipped.id(), "second", "bob");

        assertThat(rig.log.skips().reasonFor(skipped.id())).contains("second");
    }
}
