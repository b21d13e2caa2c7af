package dev.afterimage.projector;

import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.readmodels.VersionState;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One damaged or failing projection stops neither the others nor the start, is seen, and can be rebuilt. */
class DamagedProjectionTest {

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

    private void awaitVersion(Projector projector, int number) {
        Waiting.until(
                () -> Optional.of(rig.active("tallies")).filter(active -> active.number() == number),
                () -> projector.status().toString());
    }

    @Test
    void dropped_tables_are_seen_and_a_rebuild_asked_for_in_the_database_makes_them_anew() {
        var projector = rig.start(Tallies.projection(), Accounts.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies", "accounts");
        rig.sql.execute("DROP TABLE app.tally__v1 CASCADE");
        rig.append(new Deposited("a1", "1"));
        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.TABLES_MISSING)
                        .message())
                .startsWith("somebody dropped \"app\".\"tally__v1\" of tallies v1: run ./afterimage rebuild tallies");
        var freshness = rig.awaitFreshness(TALLY, each -> each.feeding().state() == VersionState.TABLES_MISSING);
        assertThat(freshness.failure().orElseThrow()).contains("./afterimage rebuild tallies");
        rig.drain(projector, "accounts");

        rig.readModels.versions().requestRebuild("tallies");
        awaitVersion(projector, 2);
        rig.drain(projector, "tallies");

        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,2)");
    }

    @Test
    void dropped_tables_are_seen_while_nothing_happens_and_a_rebuild_needs_no_comparison() throws Exception {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");

        rig.sql.execute("DROP TABLE app.tally__v1 CASCADE");

        assertThat(projector.rebuild("tallies").await(ProjectorRig.SOON)).hasValueSatisfying(result -> {
            assertThat(result.comparison()).isEmpty();
            assertThat(result.version().number()).isEqualTo(2);
        });
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,1,1)");
        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.TABLES_MISSING)
                        .version()
                        .number())
                .isEqualTo(1);
    }

    @Test
    void a_version_whose_checkpoint_somebody_deleted_is_rebuilt() {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"), new Deposited("a1", "1"));
        rig.drain(projector, "tallies");

        rig.sql.execute("DELETE FROM afterimage.checkpoint");
        awaitVersion(projector, 2);
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");

        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,3,3)");
    }

    @Test
    void a_version_whose_checkpoint_somebody_set_back_is_rebuilt_and_folds_nothing_twice() {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"), new Deposited("a1", "1"), new Deposited("a1", "1"));
        rig.drain(projector, "tallies");

        rig.sql.execute("UPDATE afterimage.checkpoint SET position = 1");
        assertThat(rig.readModels.freshness(TALLY).isCaughtUp()).isFalse();
        awaitVersion(projector, 2);
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");

        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,4,4)");
    }

    @Test
    void a_projector_starts_beside_dropped_tables_says_so_and_can_rebuild_them() {
        rig.append(new Deposited("a1", "1"));
        var first = rig.start(Tallies.projection(), Accounts.projection());
        rig.drain(first, "tallies", "accounts");
        first.close();
        rig.sql.execute("DROP TABLE app.tally__v1 CASCADE");
        rig.append(new Deposited("a1", "1"));

        var second = rig.start(Tallies.projection(), Accounts.projection());

        rig.drain(second, "accounts");
        assertThat(ProjectorRig.awaitState(second, "tallies", RunState.TABLES_MISSING)
                        .message())
                .contains("tally__v1", "./afterimage rebuild tallies");
        var freshness = Waiting.until(
                () -> Optional.of(rig.readModels.freshness(TALLY))
                        .filter(each -> each.feeding().state() == VersionState.TABLES_MISSING),
                () -> rig.readModels.freshness(TALLY).toString());
        assertThat(freshness.isCaughtUp()).isFalse();
        assertThat(freshness.problem().orElseThrow()).contains("tally__v1");
        rig.readModels.versions().requestRebuild("tallies");
        awaitVersion(second, 2);
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,2)");
    }

    @Test
    void one_that_is_refused_keeps_none_of_the_others_from_starting() {
        rig.append(new Deposited("a1", "1"));
        rig.start(Tallies.projection()).close();

        var projector = rig.start(
                Accounts.withSql(Tallies.projection(), 1, "CREATE TABLE tally (kind text PRIMARY KEY)"),
                Accounts.projection());

        rig.drain(projector, "accounts");
        ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED);
    }

    @Test
    void a_projector_that_starts_while_the_database_is_away_does_its_work_when_it_is_back() {
        rig.append(new Deposited("a1", "1"));
        rig.start(Tallies.projection()).close();
        rig.dataSource.refuse(new SQLException("connection refused", "08001"));
        var projector =
                rig.projector(ProjectorRig.SETTINGS, Tallies.projection()).start();
        assertThat(projector.status()).extracting(ProjectionStatus::state).containsExactly(RunState.STARTING);

        rig.dataSource.refuse(null);

        rig.drain(projector, "tallies");
    }

    @Test
    void a_failure_that_could_not_be_recorded_at_once_is_recorded_later() {
        var projector = rig.start(Tallies.projection(Deposited.class, event -> {
            rig.dataSource.refuse(new SQLException("connection refused", "08001"));
            throw new IllegalStateException("poison");
        }));
        rig.append(new Deposited("a1", "1"));
        ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED);

        rig.dataSource.refuse(null);

        var failure = Waiting.until(
                () -> rig.readModels.freshness(TALLY).failure(),
                () -> projector.status().toString());
        assertThat(failure).contains("tallies v1 stopped at position 1", "poison");
    }

    @Test
    void another_node_tries_where_one_stopped() {
        var stopping = rig.start(Tallies.projection(Deposited.class, event -> {
            throw new IllegalStateException("poison");
        }));
        rig.append(new Deposited("a1", "1"));
        ProjectorRig.awaitState(stopping, "tallies", RunState.STOPPED);

        var other = rig.start(Tallies.projection());

        rig.drain(other, "tallies");
        Waiting.until(
                () -> Optional.of(rig.readModels.freshness(TALLY))
                        .filter(each ->
                                each.failure().isEmpty() && each.feeding().isHeldBy(other.node())),
                () -> rig.readModels.freshness(TALLY).toString());
        assertThat(stopping.status()).extracting(ProjectionStatus::state).containsExactly(RunState.STOPPED);
    }
}
