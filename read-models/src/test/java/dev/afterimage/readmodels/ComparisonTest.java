package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.readmodels.Comparison.TableComparison;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jooq.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ComparisonTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final ReadModelDefinition GAMES =
            new ReadModelDefinition("games", 1, List.<Table<?>>of(ScoreTable.SCORE, ScoreTable.MEDAL), """
                    CREATE TABLE score (player text PRIMARY KEY, points bigint);
                    CREATE TABLE medal (player text PRIMARY KEY, points bigint);""");

    private ReadModelsRig rig;
    private TestFold live;
    private TestFold next;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
        live = new TestFold(rig, rig.openActive(GAMES));
        live.to(10);
        next = rig.rebuilt(GAMES, 8);
    }

    @Test
    void versions_with_the_same_rows_are_equal_at_the_position_where_the_active_one_waited() {
        var comparison = rig.versions.compareWithActive(next.version(), next.catchUp());

        assertThat(comparison.isEqual()).isTrue();
        assertThat(comparison.at()).isEqualTo(new Position(10));
        assertThat(comparison.active()).isEqualTo(live.version());
        assertThat(comparison.other()).isEqualTo(next.version());
        assertThat(comparison.tables())
                .containsExactly(new TableComparison("medal", 0, 0, true), new TableComparison("score", 20, 20, true));
    }

    @Test
    void the_table_that_differs_is_named_with_its_counts() {
        rig.sql.execute("INSERT INTO app.medal__v1 VALUES ('ada', 1)");

        var comparison = rig.versions.compareWithActive(next.version(), next.catchUp());

        assertThat(comparison.isEqual()).isFalse();
        assertThat(comparison.tables())
                .containsExactly(new TableComparison("medal", 1, 0, false), new TableComparison("score", 20, 20, true));
    }

    @Test
    void one_other_value_in_one_row_is_a_difference() {
        rig.sql.execute("UPDATE app.score__v1 SET points = NULL WHERE player = 'player 7'");

        assertThat(rig.versions
                        .compareWithActive(next.version(), next.catchUp())
                        .isEqual())
                .isFalse();
    }

    @Test
    void versions_at_different_positions_cannot_be_compared() {
        assertThatThrownBy(() -> rig.versions.compareWithActive(next.version(), ReadModelsRig.AS_IT_IS))
                .isInstanceOf(ReadModelException.class)
                .hasMessage("projection games: versions 1 and 2 are at positions 10 and 8 and cannot be compared");
    }

    @Test
    void the_active_version_waits_only_until_the_other_has_caught_up() throws Exception {
        try (var projector = Executors.newSingleThreadExecutor()) {
            var comparison = rig.versions.compareWithActive(next.version(), held -> {
                var moving = projector.submit(() -> live.to(11));
                Waiting.forLock(rig.sql, 1);
                assertThat(moving).isNotDone();
                next.to(held.value());
            });

            assertThat(comparison.isEqual()).isTrue();
            assertThat(comparison.at()).isEqualTo(new Position(10));
            projector.submit(() -> live.to(12)).get(2, TimeUnit.MINUTES);
        }
        assertThat(rig.checkpoints.position(live.version())).isEqualTo(new Position(12));
    }
}
