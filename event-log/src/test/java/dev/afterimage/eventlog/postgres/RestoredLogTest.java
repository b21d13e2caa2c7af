package dev.afterimage.eventlog.postgres;

import static dev.afterimage.eventlog.Events.append;
import static dev.afterimage.eventlog.Events.events;
import static dev.afterimage.eventlog.Events.payloads;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.LogRestoredException;
import dev.afterimage.eventlog.SourceMark;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** LossIsLoud, when the log is restored back in time under an appender that knows nothing of it. */
class RestoredLogTest {

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

    private void assertRefused(String bookmark) {
        assertThatThrownBy(() -> append(rig.appender, events("over the hole", 1), bookmark))
                .isInstanceOf(LogRestoredException.class)
                .hasMessageContaining("source a: ")
                .hasMessageContaining("restored back in time");
    }

    @Test
    void an_appender_does_not_append_over_what_a_restored_log_lost() throws Exception {
        append(rig.appender, events("kept", 2), "2");
        var copy = LogCopy.of(database);
        append(rig.appender, events("lost", 3), "5");
        copy.restore();

        assertRefused("6");
        assertRefused("7");
        assertThat(payloads(rig.logged())).containsExactly("\"kept 1\"", "\"kept 2\"");
        assertThat(rig.log.sources().bookmark("a")).contains("2");
    }

    /** What comes again from several sources may come in another order, and end with the same event. */
    @Test
    void readers_who_had_read_more_are_told_when_something_comes_instead() throws Exception {
        append(rig.appender, events("kept", 2), "2");
        var copy = LogCopy.of(database);
        append(rig.appender, events("lost", 3), "5");
        long generation = rig.log.whole().generation();
        copy.restore();
        assertRefused("6");
        rig.source("a");
        var next = rig.source("a");
        next.append(List.of(), SourceMark.of("2"));
        assertThat(rig.log.whole().generation()).isEqualTo(generation);

        append(next, events("instead", 2), "4");

        assertThat(rig.log.whole().correctionsSince(generation)).singleElement().satisfies(correction -> {
            assertThat(correction.from()).isEqualTo(new Position(3));
            assertThat(correction.reason()).contains("source a found the log older than it had left it");
        });
        assertThat(payloads(rig.logged()))
                .containsExactly("\"kept 1\"", "\"kept 2\"", "\"instead 1\"", "\"instead 2\"");
    }

    @Test
    void they_are_not_told_when_a_source_is_merely_claimed_again() throws Exception {
        append(rig.appender, events("first", 2), "2");
        append(rig.source("a"), events("second", 2), "4");
        append(rig.source("a"), events("third", 2), "6");

        assertThat(rig.log.whole().correctionsSince(-1)).isEmpty();
    }

    @Test
    void nor_in_the_middle_of_a_transaction_which_leaves_the_bookmark_where_it_is() throws Exception {
        append(rig.appender, events("kept", 2), "2");
        var copy = LogCopy.of(database);
        append(rig.appender, events("lost", 3), "2");
        copy.restore();

        assertRefused("2");
        assertThat(rig.logged()).hasSize(2);
    }

    @Test
    void nor_where_only_a_mark_was_lost() throws Exception {
        append(rig.appender, events("kept", 2), "2");
        var copy = LogCopy.of(database);
        append(rig.appender, List.of(), "9");
        copy.restore();

        assertRefused("10");
    }

    @Test
    void nor_where_the_source_stands_as_it_was_left_and_the_log_is_shorter() throws Exception {
        append(rig.appender, events("lost", 3), "3");
        rig.execute("DELETE FROM afterimage.event_log WHERE position = 3; UPDATE afterimage.log_head SET position = 2");

        assertRefused("4");
    }

    @Test
    void of_two_appenders_that_a_restore_gave_the_same_epoch_only_one_goes_on() throws Exception {
        append(rig.appender, events("kept", 2), "2");
        var copy = LogCopy.of(database);
        append(rig.appender, events("lost", 1), "3");
        rig.source("a");
        copy.restore();
        rig.execute("UPDATE afterimage.log_source SET epoch = epoch - 1");
        var next = rig.source("a");

        assertThat(next.epoch()).isEqualTo(rig.appender.epoch());
        assertRefused("4");
        append(next, events("again", 1), "3");
        assertThat(rig.log.whole().head()).isEqualTo(new Position(3));
    }

    @Test
    void whoever_claims_the_source_after_the_restore_goes_on_and_others_append_between() throws Exception {
        var other = rig.source("other");
        append(rig.appender, events("kept", 2), "2");
        var copy = LogCopy.of(database);
        append(rig.appender, events("lost", 3), "5");
        copy.restore();
        assertRefused("6");

        append(other, events("other", 1), "1");
        var next = rig.source("a");
        append(next, events("again", 1), "3");
        append(other, events("other", 2), "3");
        next.append(LogEntry.all(events("again", 1)), SourceMark.of("3"));

        assertThat(rig.log.whole().head()).isEqualTo(new Position(7));
    }
}
