package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
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
    void at_the_head_and_with_an_empty_log_it_is_caught_up() {
        assertThat(rig.readModels.freshness(ScoreTable.SCORE).isCaughtUp()).isTrue();

        rig.log.appendTo(3);
        scores.to(3);

        assertThat(rig.readModels.freshness(ScoreTable.SCORE).isCaughtUp()).isTrue();
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
            assertThat(freshness.isCaughtUp()).isTrue();
            assertThat(freshness.failure()).isEmpty();
        });
    }

    @Test
    void a_table_of_no_projection_has_none() {
        assertThatThrownBy(() -> rig.readModels.freshness(ScoreTable.MEDAL))
                .isInstanceOf(ReadModelException.class)
                .hasMessageContaining("medal")
                .hasMessageContaining("start its projector once");
    }
}
