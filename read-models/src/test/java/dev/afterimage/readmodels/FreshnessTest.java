package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FreshnessTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;
    private TestFold scores;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
        scores = new TestFold(rig, rig.openActive(ReadModelsRig.scores()));
    }

    /** A node says that it runs the version. */
    private void run() {
        rig.readModels.leases().claim(scores.version(), "a node");
        scores = new TestFold(rig, scores.version());
    }

    @Test
    void it_is_how_many_events_the_log_has_after_the_checkpoint() {
        rig.log.appendTo(10);
        scores.to(7);

        var freshness = rig.readModels.freshness(ScoreTable.SCORE);

        assertThat(freshness.version()).isEqualTo(scores.version());
        assertThat(freshness.position()).isEqualTo(new Position(7));
        assertThat(freshness.eventsBehind()).isEqualTo(3);
        assertThat(freshness.isCaughtUp()).isFalse();
        assertThat(freshness.failure()).isEmpty();
    }

    @Test
    void at_the_head_of_a_complete_log_it_is_caught_up() {
        run();
        assertThat(rig.readModels.freshness(ScoreTable.SCORE).isCaughtUp()).isTrue();

        rig.log.appendTo(3);
        rig.log.completeUpTo(Instant.now());
        assertThat(rig.readModels.freshness(ScoreTable.SCORE).isCaughtUp()).isFalse();
        scores.to(3);

        var freshness = rig.readModels.freshness(ScoreTable.SCORE);
        assertThat(freshness.problem()).isEmpty();
        assertThat(freshness.isCaughtUp()).isTrue();
        assertThat(freshness.behindSource().orElseThrow()).isLessThan(Freshness.SILENCE);
    }

    @Test
    void behind_a_relay_that_does_not_stream_is_silent_or_late_it_is_never_caught_up() {
        run();
        var now = Instant.now();
        var longAgo = now.minusSeconds(60);

        rig.log.relay(RelayState.REFUSED, now, Optional.of(now));
        assertNotCaughtUp("the relay of orders is refused since ");
        rig.log.relay(RelayState.STREAMING, longAgo, Optional.of(now));
        assertNotCaughtUp("the relay of orders was last heard of at " + longAgo);
        rig.log.relay(RelayState.STREAMING, now, Optional.of(longAgo));
        assertNotCaughtUp("the relay of orders is 6");
        assertThat(rig.readModels.freshness(ScoreTable.SCORE).behindSource().orElseThrow())
                .isGreaterThanOrEqualTo(Duration.ofSeconds(59));
        rig.log.relay(RelayState.STREAMING, now, Optional.empty());
        assertNotCaughtUp("the relay of orders has not passed a canary yet");
        assertThat(rig.readModels.freshness(ScoreTable.SCORE).behindSource()).isEmpty();
    }

    private void assertNotCaughtUp(String problem) {
        var freshness = rig.readModels.freshness(ScoreTable.SCORE);
        assertThat(freshness.eventsBehind()).isZero();
        assertThat(freshness.isCaughtUp()).isFalse();
        assertThat(freshness.problem().orElseThrow()).startsWith(problem);
    }

    @Test
    void it_is_as_far_behind_the_source_as_the_first_event_that_it_does_not_show() {
        rig.log.appendTo(2);
        var now = Instant.now();
        rig.log.completeUpTo(now);
        rig.log.committed(2, now.minusSeconds(30));
        scores.to(1);

        assertThat(rig.readModels.freshness(ScoreTable.SCORE).behindSource().orElseThrow())
                .isBetween(Duration.ofSeconds(29), Duration.ofMinutes(5));
    }

    @Test
    void it_tells_why_a_projection_stands_still_until_that_is_cleared() {
        rig.versions.recordFailure(scores.version(), new Position(1), "poisoned");

        assertThat(rig.elsewhere().freshness(ScoreTable.SCORE).failure()).contains("poisoned");

        rig.versions.clearFailure(scores.version());
        assertThat(rig.readModels.freshness(ScoreTable.SCORE).failure()).isEmpty();
    }

    @Test
    void it_is_of_the_active_versions_only() {
        rig.log.appendTo(5);
        scores.to(5);
        var building = rig.versions.openBuilding(ReadModelsRig.scores());
        rig.versions.recordFailure(building, null, "half-built");

        assertThat(rig.readModels.freshness()).singleElement().satisfies(freshness -> {
            assertThat(freshness.version()).isEqualTo(scores.version());
            assertThat(freshness.eventsBehind()).isZero();
            assertThat(freshness.failure()).isEmpty();
        });
    }

    @Test
    void a_log_that_is_damaged_is_said_and_not_thrown() {
        run();
        rig.log.appendTo(2);
        scores.to(2);
        rig.log.damage();

        var freshness = rig.readModels.freshness(ScoreTable.SCORE);

        assertThat(freshness.isCaughtUp()).isFalse();
        assertThat(freshness.failure().orElseThrow())
                .contains("the log is damaged: its head row is missing", "./afterimage verify log");
        assertThat(freshness.problem()).isEqualTo(freshness.failure());
        assertThat(rig.readModels.freshness())
                .singleElement()
                .satisfies(each -> assertThat(each.failure()).isEqualTo(freshness.failure()));
    }

    @Test
    void a_table_of_no_projection_has_none() {
        assertThatThrownBy(() -> rig.readModels.freshness(ScoreTable.MEDAL))
                .isInstanceOf(ReadModelException.class)
                .hasMessageContaining("medal")
                .hasMessageContaining("start its projector once");
    }
}
