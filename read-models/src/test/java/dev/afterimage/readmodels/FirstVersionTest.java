package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jooq.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FirstVersionTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
    }

    @Test
    void the_first_version_is_switched_to_with_a_table_and_a_view_under_the_plain_name() {
        var version = rig.openActive(ReadModelsRig.scores());

        assertThat(version)
                .isEqualTo(new ProjectionVersion("scores", 1, 1, VersionPhase.ACTIVE, "app", List.of("score")));
        assertThat(version).hasToString("scores v1");
        assertThat(rig.versions.all()).containsExactly(version);
        assertThat(rig.versions.active("scores")).contains(version);
        assertThat(rig.checkpoints.position(version)).isEqualTo(Position.ZERO);
        rig.sql.execute("INSERT INTO app.score__v1 VALUES ('ada', 7)");
        assertThat(rig.rowsOf("app.score")).containsExactly("(ada,7)");
    }

    @Test
    void the_table_has_what_its_sql_says_under_names_of_its_own() {
        rig.openActive(ReadModelsRig.scores());

        assertThat(rig.columnsOf("app.score__v1")).containsExactly("player text", "points bigint");
        assertThat(rig.sql
                        .resultQuery("SELECT indexdef::text FROM pg_indexes WHERE tablename = 'score__v1' ORDER BY 1")
                        .fetchInto(String.class))
                .hasSize(3)
                .anyMatch(index -> index.startsWith("CREATE UNIQUE INDEX"))
                .anyMatch(index -> index.contains("points DESC"))
                .anyMatch(index -> index.contains("text_pattern_ops") && index.contains("WHERE"));
        assertThatThrownBy(() -> rig.sql.execute("INSERT INTO app.score__v1 VALUES ('ada', -1)"))
                .hasMessageContaining("violates check constraint");
        assertThatThrownBy(() -> rig.sql.execute("INSERT INTO app.score__v1 VALUES (NULL, 1)"))
                .hasMessageContaining("not-null");
    }

    @Test
    void a_version_has_all_tables_of_its_projection() {
        var version = rig.openActive(
                new ReadModelDefinition("games", 1, List.<Table<?>>of(ScoreTable.SCORE, ScoreTable.MEDAL), """
                CREATE TABLE medal (player text PRIMARY KEY, points bigint);
                CREATE TABLE score (player text PRIMARY KEY, points bigint);"""));

        assertThat(version.tables()).containsExactly("medal", "score");
        assertThat(rig.tablesOfApp()).containsExactly("medal__v1", "score__v1");
        assertThat(rig.rowsOf("app.medal")).isEmpty();
        assertThat(rig.rowsOf("app.score")).isEmpty();
    }

    @Test
    void opening_again_changes_nothing() {
        var version = rig.openActive(ReadModelsRig.scores());
        rig.sql.execute("INSERT INTO app.score__v1 VALUES ('ada', 7)");

        assertThat(rig.openActive(ReadModelsRig.scores())).isEqualTo(version);

        assertThat(rig.versions.all()).containsExactly(version);
        assertThat(rig.rowsOf("app.score")).containsExactly("(ada,7)");
    }

    @Test
    void of_eight_nodes_that_start_at_once_one_builds_the_first_version_of_each_projection() throws Exception {
        var games = new ReadModelDefinition(
                "games",
                1,
                List.<Table<?>>of(ScoreTable.MEDAL),
                "CREATE TABLE medal (player text PRIMARY KEY, points bigint)");
        var start = new CyclicBarrier(8);
        var opened = new ArrayList<Future<List<Optional<Checkpoints.Claim>>>>();
        try (var nodes = Executors.newFixedThreadPool(8)) {
            for (int node = 0; node < 8; node++) {
                var name = "node " + node;
                var readModels = rig.elsewhere();
                var order =
                        node % 2 == 0 ? List.of(ReadModelsRig.scores(), games) : List.of(games, ReadModelsRig.scores());
                opened.add(nodes.submit(() -> {
                    start.await(2, TimeUnit.MINUTES);
                    return order.stream()
                            .map(each -> readModels.versions().openBuilding(each, name))
                            .toList();
                }));
            }
            var claims = new ArrayList<Checkpoints.Claim>();
            for (var each : opened) {
                each.get(2, TimeUnit.MINUTES).forEach(claim -> claim.ifPresent(claims::add));
            }
            assertThat(claims)
                    .hasSize(2)
                    .extracting(claim -> claim.version().number())
                    .containsOnly(1);
        }
        assertThat(rig.versions.all()).hasSize(2);
        assertThat(rig.tablesOfApp()).containsExactly("medal__v1", "score__v1");
    }

    @Test
    void a_version_that_is_built_for_the_first_time_is_not_shown() {
        var building = rig.versions.openBuilding(ReadModelsRig.scores());

        assertThat(building.phase()).isEqualTo(VersionPhase.BUILDING);
        assertThat(rig.versions.active("scores")).isEmpty();
        assertThat(rig.readModels.freshness()).isEmpty();
    }
}
