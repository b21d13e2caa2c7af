package dev.afterimage.eventlog.postgres;

import static dev.afterimage.eventlog.Events.append;
import static dev.afterimage.eventlog.Events.event;
import static dev.afterimage.eventlog.Events.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.Commit;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import dev.afterimage.domain.SourceProgress;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.SourceMark;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the log knows of its sources: who they are, how far they came, when their events were committed. */
class SourceProgressTest {

    private static final Instant NOON = Instant.parse("2026-05-06T12:00:00.123456Z");

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

    private SourceProgress progress() {
        return rig.log.whole().sources().getFirst();
    }

    @Test
    void an_event_keeps_where_in_which_transaction_and_when_it_was_committed() {
        var known = new Commit("a", 4_711L, NOON);
        var commits = List.of(known, new Commit("a", null, null), new Commit("other", 1L, NOON));

        rig.appender.append(
                commits.stream().map(commit -> LogEntry.of(event("x"), commit)).toList(), SourceMark.of("b"));

        assertThat(rig.logged())
                .extracting(logged -> logged.commit().orElseThrow())
                .isEqualTo(commits);
        assertThat(rig.log.whole().committedAfter(Position.ZERO)).contains(NOON);
        assertThat(rig.log.whole().committedAfter(new Position(1))).isEmpty();
        assertThat(rig.log.whole().committedAfter(new Position(3))).isEmpty();
    }

    @Test
    void an_event_of_an_unknown_commit_is_its_appender_s() {
        append(rig.appender, events("x", 1), "b");

        assertThat(rig.logged().getFirst().commit()).contains(Commit.of("a"));
    }

    @Test
    void a_source_of_which_nothing_was_heard_says_so() {
        assertThat(progress().source()).isEqualTo("a");
        assertThat(progress().state()).isEqualTo(RelayState.UNKNOWN);
        assertThat(progress().completeUpTo()).isEmpty();
        assertThat(progress().lastPosition()).isEqualTo(Position.ZERO);
    }

    @Test
    void a_canary_that_passed_tells_up_to_when_the_log_is_complete() {
        rig.appender.append(List.of(), SourceMark.of("b", NOON));
        rig.appender.append(LogEntry.all(events("x", 3)), SourceMark.of("b"));

        assertThat(progress().completeUpTo()).contains(NOON);
        assertThat(progress().lastPosition()).isEqualTo(new Position(3));

        rig.appender.append(List.of(), SourceMark.of("b", NOON.plusSeconds(5)));
        assertThat(progress().completeUpTo()).contains(NOON.plusSeconds(5));
        assertThat(progress().lastPosition()).isEqualTo(new Position(3));
    }

    @Test
    void the_last_event_of_a_source_is_remembered_by_source() {
        var other = rig.source("other");
        var first = events("x", 2);
        append(rig.appender, first, "b");
        append(other, events("y", 1), "b");
        append(rig.appender, List.of(), "b");

        assertThat(rig.log.sources().lastEvent("a")).contains(first.getLast().id());
        assertThat(rig.log.sources().lastEvent("nobody")).isEmpty();
        assertThat(rig.log.whole().sources())
                .extracting(SourceProgress::source, SourceProgress::lastPosition)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", new Position(2)),
                        org.assertj.core.groups.Tuple.tuple("other", new Position(3)));
    }

    @Test
    void a_state_is_kept_with_its_beginning_and_the_last_sign_of_life() {
        rig.log.sources().report("a", RelayState.STREAMING, "", "node 1");
        var first = progress();
        rig.log.sources().report("a", RelayState.STREAMING, "still", "node 1");
        var second = progress();
        rig.log.sources().report("a", RelayState.REFUSED, "no slot", "node 1");
        var third = progress();

        assertThat(first.state()).isEqualTo(RelayState.STREAMING);
        assertThat(second.since()).isEqualTo(first.since());
        assertThat(second.message()).isEqualTo("still");
        assertThat(second.seenAt()).isAfter(first.seenAt());
        assertThat(third.state()).isEqualTo(RelayState.REFUSED);
        assertThat(third.message()).isEqualTo("no slot");
        assertThat(third.since()).isAfter(first.since());
    }

    @Test
    void a_state_begins_again_with_another_relay() {
        rig.log.sources().report("a", RelayState.STREAMING, "", "node 1");
        var first = progress();

        rig.log.sources().report("a", RelayState.STREAMING, "", "node 2");

        assertThat(progress().since()).isAfter(first.since());
    }

    @Test
    void a_relay_that_does_not_stream_is_recorded_only_while_no_other_is_heard() throws Exception {
        rig.log.sources().report("a", RelayState.STREAMING, "", "node 1");
        rig.log.sources().report("a", RelayState.REFUSED, "no slot", "node 2");
        assertThat(progress().state()).isEqualTo(RelayState.STREAMING);

        rig.log.sources().report("a", RelayState.STREAMING, "", "node 2");
        rig.log.sources().report("a", RelayState.STANDBY, "", "node 1");
        assertThat(progress().state()).isEqualTo(RelayState.STREAMING);

        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("UPDATE afterimage.relay_status SET seen_at = seen_at - interval '5 s'");
        }
        rig.log.sources().report("a", RelayState.BACKING_OFF, "", "node 3");
        assertThat(progress().state()).isEqualTo(RelayState.BACKING_OFF);
    }

    @Test
    void appends_are_signs_of_life_too() {
        rig.log.sources().report("a", RelayState.STREAMING, "", "node 1");
        var before = progress().seenAt();
        append(rig.appender, events("x", 1), "b");

        assertThat(progress().seenAt()).isAfter(before);
    }
}
