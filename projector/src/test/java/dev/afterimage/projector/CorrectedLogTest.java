package dev.afterimage.projector;

import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Renamed;
import dev.afterimage.readmodels.VersionLease;
import dev.afterimage.readmodels.VersionState;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A log that was corrected makes versions outdated, one that is damaged stops them, and both are reported. */
class CorrectedLogTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private VersionLease lease() {
        return Objects.requireNonNull(
                        rig.readModels.versions().look(List.of("tallies")).get("tallies"))
                .active()
                .orElseThrow()
                .lease();
    }

    /** What a repair does that finds an event missing: it comes in at a position and all later ones move. */
    private void bringInAt(long position) {
        rig.sql.transaction(transaction -> {
            var sql = transaction.dsl();
            sql.execute("UPDATE afterimage.event_log SET position = -position - 1 WHERE position >= ?", position);
            sql.execute("UPDATE afterimage.event_log SET position = -position WHERE position < 0");
            sql.execute("""
                    INSERT INTO afterimage.event_log SELECT ?, gen_random_uuid(), aggregate_type, aggregate_id, sequence,
                      event_name, event_version, payload, metadata, occurred_at
                    FROM afterimage.event_log ORDER BY position LIMIT 1""", position);
            sql.execute("UPDATE afterimage.log_head SET position = position + 1, generation = generation + 1");
            sql.execute("""
                    INSERT INTO afterimage.log_correction (generation, from_position, reason)
                    SELECT generation, ?, 'a missing event came in' FROM afterimage.log_head""", position);
        });
    }

    @Test
    void a_version_whose_events_moved_is_rebuilt_and_nothing_is_folded_twice() {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"), new Renamed("a1", "y"));
        rig.drain(projector, "tallies");

        bringInAt(2);
        Waiting.until(
                () -> Optional.of(rig.active("tallies")).filter(active -> active.number() == 2),
                () -> projector.status().toString());
        rig.drain(projector, "tallies");

        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,2)", "(Renamed,2,4)");
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,3,5)", "(Renamed,2,4)");
        rig.awaitFreshness(TALLY, each -> each.failure().isEmpty());
    }

    @Test
    void a_log_that_became_shorter_is_not_waited_for() {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"), new Renamed("a1", "y"));
        rig.drain(projector, "tallies");

        rig.sql.transaction(transaction -> {
            transaction.dsl().execute("DELETE FROM afterimage.event_log WHERE position = 3");
            transaction.dsl().execute("UPDATE afterimage.log_head SET position = 2, generation = generation + 1");
            transaction
                    .dsl()
                    .execute(
                            "INSERT INTO afterimage.log_correction (generation, from_position, reason) VALUES (1, 3, 'a phantom left')");
        });
        Waiting.until(
                () -> Optional.of(rig.active("tallies")).filter(active -> active.number() == 2),
                () -> projector.status().toString());

        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,1,1)", "(Renamed,1,2)");
    }

    @Test
    void a_version_that_had_not_come_to_what_was_corrected_goes_on() {
        rig.append(new Deposited("a1", "1"));
        var step = rig.stepping(Tallies.projection());
        step.step(1);
        rig.append(new Renamed("a1", "x"));

        bringInAt(2);
        step.step(1);
        step.step(1);

        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,2)", "(Renamed,1,3)");
        assertThat(rig.sql.fetchValue("SELECT log_generation FROM afterimage.checkpoint"))
                .isEqualTo(1L);
    }

    @Test
    void events_that_are_missing_stop_a_version_loudly_until_they_are_there() {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        rig.sql.execute("UPDATE afterimage.log_head SET position = 2");

        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.LOG_DAMAGED)
                        .message())
                .startsWith("the log is damaged: ");
        Waiting.until(
                () -> Optional.of(lease()).filter(lease -> lease.state() == VersionState.LOG_DAMAGED),
                () -> lease().toString());

        rig.sql.execute("UPDATE afterimage.log_head SET position = 1");
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,2)");
    }

    @Test
    void a_rebuild_over_a_log_without_its_beginning_ends_and_says_why() throws Exception {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"), new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        rig.sql.execute("DELETE FROM afterimage.event_log WHERE position = 1");

        var rebuild = projector.rebuild("tallies");
        Waiting.until(
                () -> rebuild.isRunning() ? Optional.empty() : Optional.of(true),
                () -> rebuild.progress().toString());

        assertThat(rebuild.progress().message()).contains("the event at position 1 is missing");
    }

    @Test
    void an_event_that_an_operator_had_skipped_keeps_its_place_and_is_handled_by_nobody() {
        rig.sql.execute("ALTER TABLE afterimage.event_log ALTER COLUMN skipped_reason SET DEFAULT 'it was unreadable'");
        try {
            rig.appendRecorded(ProjectorRig.stored(
                    "account", "a1", new dev.afterimage.domain.EventType("afterimage-skipped", 1), "{}"));
        } finally {
            rig.sql.execute("UPDATE afterimage.event_log SET skipped_reason = 'it was unreadable'");
            rig.sql.execute("ALTER TABLE afterimage.event_log ALTER COLUMN skipped_reason DROP DEFAULT");
        }
        rig.append(new Deposited("a1", "1"));

        rig.drain(rig.start(Accounts.projection(), Tallies.projection()), "accounts", "tallies");

        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,1,2)");
    }
}
