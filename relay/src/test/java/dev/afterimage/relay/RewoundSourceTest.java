package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.Phantoms;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** LossIsLoud, when the source is not what the log was fed from any more: restored back in time, or emptied. */
class RewoundSourceTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database).init();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private void feedThree() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "kept", 1);
        rig.append("a", "lost", 2);
        rig.append("b", "lost", 1);
        rig.logOf(3);
        relay.close();
    }

    /** What the tables look like in a copy from before the second event. */
    private void restore() throws Exception {
        rig.execute("DELETE FROM afterimage.outbox WHERE payload::text LIKE '%lost%'");
        rig.execute("DELETE FROM afterimage.outbox_head WHERE aggregate_id = 'b'");
        rig.execute("UPDATE afterimage.outbox_head SET sequence = 1 WHERE aggregate_id = 'a'");
    }

    @Test
    void a_source_restored_back_in_time_is_refused_whatever_its_writers_did_since() throws Exception {
        feedThree();
        restore();
        rig.append("a", "instead", 2);

        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        assertThat(relay.status().refusal()).contains(Refusal.SOURCE_REWOUND);
        assertThat(relay.status().message()).contains("restored back in time", "./afterimage repair --phantoms remove");
        assertThat(rig.payloadsOf(3)).containsExactly("kept 1", "lost 2", "lost 1");
    }

    @Test
    void repair_does_not_bless_events_that_the_source_lost_and_removes_them_when_told_to() throws Exception {
        feedThree();
        restore();
        rig.append("a", "instead", 2);

        assertThatThrownBy(() -> rig.setup().repair())
                .isInstanceOf(RelayRefusedException.class)
                .hasMessageContaining("the log has 2 events")
                .hasMessageContaining("./afterimage repair --phantoms keep or ./afterimage repair --phantoms remove");
        var reconciled = rig.setup().repair(Phantoms.REMOVE);
        assertThat(reconciled.removed()).isEqualTo(2);
        assertThat(reconciled.correction()).isPresent();
        rig.streaming();
        rig.append("a", "after", 3);

        assertThat(rig.payloadsOf(3)).containsExactly("kept 1", "instead 2", "after 3");
    }

    @Test
    void what_repeats_a_sequence_of_an_event_that_is_kept_is_left_out_when_an_operator_says_so() throws Exception {
        feedThree();
        restore();
        rig.append("a", "instead", 2);
        rig.append("c", "other", 1);
        var instead = rig.query("SELECT event_id FROM afterimage.outbox WHERE payload::text LIKE '%instead%'");

        assertThatThrownBy(() -> rig.setup().repair(Phantoms.KEEP))
                .isInstanceOf(RelayRefusedException.class)
                .hasMessageContaining("run ./afterimage skip-event %s", instead)
                .hasMessageContaining("./afterimage repair --phantoms remove");
        rig.setup().skip(EventId.parse(instead), "a repetition");
        assertThat(rig.setup().repair(Phantoms.KEEP).added()).isEqualTo(2);
        rig.streaming();

        var log = rig.logOf(5);
        assertThat(RelayRig.payloads(log)).containsExactlyInAnyOrder("kept 1", "lost 2", "lost 1", "{}", "other 1");
        assertThat(log)
                .filteredOn(LoggedEvent::isSkipped)
                .singleElement()
                .satisfies(left -> assertThat(left.event().id()).hasToString(instead));
    }

    /** Which of the two is right is decided at last. */
    @Test
    void what_repeats_a_sequence_only_of_an_event_that_is_removed_is_not_left_out() throws Exception {
        feedThree();
        restore();
        rig.append("a", "instead", 2);
        rig.setup()
                .skip(
                        EventId.parse(rig.query(
                                "SELECT event_id FROM afterimage.outbox WHERE payload::text LIKE '%instead%'")),
                        "a repetition");

        rig.setup().repair(Phantoms.REMOVE);

        assertThat(rig.payloadsOf(2)).containsExactly("kept 1", "instead 2");
    }

    /** An event that an operator left out, as the last one of the log. */
    private void leaveOutTheLast() throws Exception {
        var relay = rig.streaming();
        rig.execute("UPDATE afterimage.outbox_head SET sequence = 4 WHERE aggregate_id = 'a'");
        rig.append("a", "unfit", 5);
        RelayRig.await(RelayState.REFUSED, relay);
        rig.setup()
                .skip(EventId.parse(rig.query("SELECT event_id FROM afterimage.outbox WHERE sequence = 5")), "a test");
        rig.logOf(4);
        relay.close();
        rig.execute("UPDATE afterimage.outbox_head SET sequence = 2 WHERE aggregate_id = 'a'");
    }

    @Test
    void a_source_restored_back_in_time_is_refused_although_the_last_event_was_left_out() throws Exception {
        feedThree();
        leaveOutTheLast();
        RelayRig.await(RelayState.STREAMING, rig.relay().start()).close();
        restore();
        rig.execute("DELETE FROM afterimage.outbox WHERE sequence = 5");
        rig.append("c", "instead", 1);

        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        assertThat(relay.status().refusal()).contains(Refusal.SOURCE_REWOUND);
    }

    @Test
    void an_event_that_was_left_out_may_be_deleted() throws Exception {
        feedThree();
        leaveOutTheLast();
        rig.execute("DELETE FROM afterimage.outbox WHERE sequence = 5");
        rig.streaming();
        rig.append("a", "after", 3);

        assertThat(rig.payloadsOf(5)).last().isEqualTo("after 3");
    }

    @Test
    void a_log_that_was_fed_beyond_the_end_of_the_wal_is_refused() throws Exception {
        rig.execute("UPDATE afterimage.log_source SET bookmark = split_part(bookmark, ' ', 1) || ' FFFF/0'");

        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        assertThat(relay.status().refusal()).contains(Refusal.SOURCE_REWOUND);
        assertThat(relay.status().message()).contains("the log was fed up to FFFF/0 and this server's WAL ends at");
        rig.append("a", "missed", 1);
        rig.setup().repair();
        RelayRig.await(RelayState.STREAMING, relay);
        assertThat(rig.payloadsOf(1)).containsExactly("missed 1");
    }

    @Test
    void an_outbox_whose_rows_were_deleted_is_told_from_one_that_was_restored() throws Exception {
        feedThree();
        rig.execute("DELETE FROM afterimage.outbox");

        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        assertThat(relay.status().refusal()).contains(Refusal.OUTBOX_EMPTIED);
        assertThat(relay.status().message()).contains("./afterimage repair --phantoms keep");
        rig.setup().repair(Phantoms.KEEP);
        RelayRig.await(RelayState.STREAMING, relay);
        relay.close();
        rig.streaming();
        rig.append("a", "after", 3);
        assertThat(rig.payloadsOf(4)).containsExactly("kept 1", "lost 2", "lost 1", "after 3");
    }

    @Test
    void a_source_restored_to_a_time_before_its_last_repair_is_refused_although_the_log_has_no_event_of_it_to_look_for()
            throws Exception {
        var relay = rig.streaming();
        rig.append("a", "kept", 1);
        rig.logOf(1);
        for (var table : List.of("outbox", "outbox_head", "capture")) {
            rig.execute("CREATE TABLE public.%1$s AS TABLE afterimage.%1$s".formatted(table));
        }
        rig.append("b", "lost", 1);
        rig.logOf(2);
        relay.close();
        rig.execute("DELETE FROM afterimage.outbox");
        rig.setup().repair(Phantoms.KEEP);
        RelayRig.await(RelayState.STREAMING, rig.relay().start()).close();
        for (var table : List.of("outbox", "outbox_head", "capture")) {
            rig.execute(
                    "DELETE FROM afterimage.%1$s; INSERT INTO afterimage.%1$s TABLE public.%1$s; DROP TABLE public.%1$s"
                            .formatted(table));
        }

        var refused = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        assertThat(refused.status().refusal()).contains(Refusal.SOURCE_REWOUND);
        assertThat(refused.status().message()).contains("restored to a time before", "run ./afterimage repair");
        rig.setup().repair(Phantoms.REMOVE);
        RelayRig.await(RelayState.STREAMING, refused);
        assertThat(rig.payloadsOf(1)).containsExactly("kept 1");
    }

    @Test
    void a_log_that_lost_its_end_is_refused() throws Exception {
        feedThree();
        rig.execute("DELETE FROM afterimage.event_log WHERE position = 3");

        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        assertThat(relay.status().refusal()).get().isIn(Refusal.LOG_DAMAGED, Refusal.HOLE_IN_LOG);
        assertThat(relay.status().message()).contains("./afterimage verify log");
    }
}
