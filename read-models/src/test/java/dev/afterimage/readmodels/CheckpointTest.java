package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.Bounds;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CheckpointTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;
    private ProjectionVersion version;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
        version = rig.openActive(ReadModelsRig.scores());
    }

    /** What a projector does in one transaction: the fence first, then its rows. */
    private void fold(Checkpoints.Claim claim, long from, long to) {
        rig.readModels.inOneTransaction(version, Bounds.defaults(), transaction -> {
            rig.checkpoints.advance(transaction, claim, new Position(from), new Position(to));
            transaction
                    .insertInto(ScoreTable.SCORE, ScoreTable.SCORE.player, ScoreTable.SCORE.points)
                    .values("at " + to, to)
                    .execute();
            return true;
        });
        rig.checkpoints.moved();
    }

    @Test
    void rows_and_checkpoint_move_together() {
        var claim = rig.checkpoints.claim(version);

        fold(claim, 0, 5);
        fold(claim, 5, 6);

        assertThat(rig.checkpoints.position(version)).isEqualTo(new Position(6));
        assertThat(rig.rowsOf("app.score")).containsExactly("(\"at 5\",5)", "(\"at 6\",6)");
    }

    @Test
    void the_last_event_is_known_until_a_node_moves_that_does_not_record_it() {
        var claim = rig.checkpoints.claim(version);
        var event = Optional.of(EventId.next());
        fold(claim.of(7, event), 0, 5);

        assertThat(rig.checkpoints.recover(claim).event()).isEqualTo(event);
        assertThat(rig.checkpoints.recover(claim).logGeneration()).isEqualTo(7);
        rig.sql.execute("UPDATE afterimage.checkpoint SET position = 6");
        assertThat(rig.checkpoints.claim(version).event()).isEmpty();
    }

    @Test
    void advancing_from_another_position_is_fenced_and_nothing_is_written() {
        var claim = rig.checkpoints.claim(version);
        fold(claim, 0, 5);

        assertThatThrownBy(() -> fold(claim, 4, 7))
                .isInstanceOf(VersionFencedException.class)
                .hasMessage(
                        "scores v1: its checkpoint is not at position 4 in epoch %d any more: "
                                + "another projector has taken over",
                        claim.epoch());

        assertThat(rig.checkpoints.position(version)).isEqualTo(new Position(5));
        assertThat(rig.rowsOf("app.score")).hasSize(1);
    }

    @Test
    void a_claim_fences_every_earlier_one() {
        var first = rig.checkpoints.claim(version);
        fold(first, 0, 5);

        var second = rig.checkpoints.claim(version);

        assertThat(second.position()).isEqualTo(new Position(5));
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThatThrownBy(() -> fold(first, 5, 6)).isInstanceOf(VersionFencedException.class);
        fold(second, 5, 6);
        assertThat(rig.rowsOf("app.score")).hasSize(2);
    }

    @Test
    void a_claim_waits_for_the_batch_at_hand_and_starts_after_it() throws Exception {
        var first = rig.checkpoints.claim(version);
        try (var other = Executors.newSingleThreadExecutor();
                var connection = database.connect()) {
            connection.setAutoCommit(false);
            rig.checkpoints.advance(
                    org.jooq.impl.DSL.using(connection, org.jooq.SQLDialect.POSTGRES),
                    first,
                    Position.ZERO,
                    new Position(3));
            var claiming = other.submit(() -> rig.checkpoints.claim(version));
            Waiting.forLock(rig.sql, 1);
            assertThat(claiming).isNotDone();

            connection.commit();

            assertThat(claiming.get(2, TimeUnit.MINUTES).position()).isEqualTo(new Position(3));
        }
    }

    @Test
    void a_version_that_was_dropped_cannot_be_claimed_or_advanced() {
        var building = rig.versions.openBuilding(ReadModelsRig.scores());
        var claim = rig.checkpoints.claim(building);
        rig.versions.drop(building);

        assertThatThrownBy(() -> rig.checkpoints.claim(building))
                .isInstanceOf(ReadModelException.class)
                .hasMessage("projection scores: version 2 was dropped");
        assertThatThrownBy(() -> rig.checkpoints.advance(rig.sql, claim, Position.ZERO, new Position(1)))
                .isInstanceOf(VersionFencedException.class);
        assertThatThrownBy(() -> rig.checkpoints.recover(claim)).isInstanceOf(VersionFencedException.class);
    }

    @Test
    void recovering_tells_where_the_version_really_is_unless_it_was_claimed_by_another() {
        var claim = rig.checkpoints.claim(version);
        fold(claim, 0, 5);

        assertThat(rig.checkpoints.recover(claim).position()).isEqualTo(new Position(5));

        rig.checkpoints.claim(version);
        assertThatThrownBy(() -> rig.checkpoints.recover(claim)).isInstanceOf(VersionFencedException.class);
    }

    @Test
    void recovering_waits_for_a_commit_that_is_still_on_its_way() throws Exception {
        var claim = rig.checkpoints.claim(version);
        try (var other = Executors.newSingleThreadExecutor();
                var connection = database.connect()) {
            connection.setAutoCommit(false);
            rig.checkpoints.advance(
                    org.jooq.impl.DSL.using(connection, org.jooq.SQLDialect.POSTGRES),
                    claim,
                    Position.ZERO,
                    new Position(3));
            var recovering = other.submit(() -> rig.checkpoints.recover(claim));
            Waiting.forLock(rig.sql, 1);

            connection.commit();

            assertThat(recovering.get(2, TimeUnit.MINUTES).position()).isEqualTo(new Position(3));
        }
    }

    @Test
    void awaiting_a_position_ends_when_it_is_reached() throws Exception {
        var claim = rig.checkpoints.claim(version);
        try (var other = Executors.newSingleThreadExecutor()) {
            var reached = other.submit(() -> rig.checkpoints.await(version, new Position(5), ReadModelsRig.SOON));
            fold(claim, 0, 4);
            fold(claim, 4, 6);

            assertThat(reached.get(2, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void awaiting_ends_with_false_after_the_time_out_or_at_once_when_the_version_stopped() {
        assertThat(rig.checkpoints.await(version, new Position(1), Duration.ofMillis(30)))
                .isFalse();

        rig.versions.recordFailure(version, new Position(1), "poisoned");
        long started = System.nanoTime();
        assertThat(rig.checkpoints.await(version, new Position(1), ReadModelsRig.SOON))
                .isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofMinutes(1));

        rig.versions.clearFailure(version);
        fold(rig.checkpoints.claim(version), 0, 1);
        assertThat(rig.checkpoints.await(version, new Position(1), ReadModelsRig.SOON))
                .isTrue();
    }
}
