package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BuildingVersionTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;
    private ProjectionVersion active;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
        active = rig.openActive(ReadModelsRig.scores());
    }

    private List<String> indexesOf(ProjectionVersion version) {
        return rig
                .sql
                .resultQuery(
                        "SELECT indexdef::text FROM pg_indexes WHERE tablename = ? ORDER BY indexname",
                        version.tableName("score"))
                .fetchInto(String.class)
                .stream()
                .map(index -> index.replace("score__v" + version.number(), "score__v*"))
                .toList();
    }

    @Test
    void a_new_version_is_beside_the_active_one_and_nobody_reads_it() {
        var building = rig.versions.openBuilding(ReadModelsRig.scores());
        rig.sql.execute("INSERT INTO app.score__v1 VALUES ('ada', 7)");
        rig.sql.execute("INSERT INTO app.score__v2 VALUES ('ada', 3)");

        assertThat(building.number()).isEqualTo(2);
        assertThat(building.phase()).isEqualTo(VersionPhase.BUILDING);
        assertThat(rig.checkpoints.position(building)).isEqualTo(Position.ZERO);
        assertThat(rig.versions.active("scores")).contains(active);
        assertThat(rig.rowsOf("app.score")).containsExactly("(ada,7)");
        assertThat(rig.readModels.query().fetchCount(ScoreTable.SCORE)).isEqualTo(1);
    }

    @Test
    void it_has_no_secondary_indexes_until_it_is_finished_and_then_the_same_ones() {
        var building = rig.versions.openBuilding(ReadModelsRig.scores());

        assertThat(indexesOf(building)).singleElement().asString().startsWith("CREATE UNIQUE INDEX");

        rig.versions.finishBuilding(building);

        assertThat(indexesOf(building)).isEqualTo(indexesOf(active)).hasSize(3);
    }

    @Test
    void finishing_analyzes_and_may_be_repeated() {
        var fold = new TestFold(rig, rig.versions.openBuilding(ReadModelsRig.scores()));
        fold.to(5);

        rig.versions.finishBuilding(fold.version());
        rig.versions.finishBuilding(fold.version());

        assertThat(rig.sql
                        .resultQuery("SELECT reltuples FROM pg_class WHERE relname = 'score__v2'")
                        .fetchSingle(0, Integer.class))
                .isEqualTo(TestFold.PLAYERS);
        assertThat(indexesOf(fold.version())).hasSize(3);
    }

    @Test
    void unique_and_exclusion_constraints_hold_from_the_start() {
        var definition = ReadModelsRig.scores(2, """
                CREATE TABLE score (
                  player text PRIMARY KEY,
                  points bigint UNIQUE,
                  seats int4range,
                  EXCLUDE USING gist (seats WITH &&)
                )""");
        var building = rig.versions.openBuilding(definition);
        rig.sql.execute("INSERT INTO app.score__v2 VALUES ('ada', 1, '[1,5)')");

        assertThatThrownBy(() -> rig.sql.execute("INSERT INTO app.score__v2 VALUES ('bob', 1, '[5,6)')"))
                .hasMessageContaining("unique constraint");
        assertThatThrownBy(() -> rig.sql.execute("INSERT INTO app.score__v2 VALUES ('bob', 2, '[4,6)')"))
                .hasMessageContaining("exclusion constraint");
        rig.versions.finishBuilding(building);
    }

    @Test
    void the_next_build_drops_what_an_earlier_one_left_half_built() {
        var crashed = rig.versions.openBuilding(ReadModelsRig.scores());
        var claim = rig.checkpoints.claim(crashed);

        var building = rig.versions.openBuilding(ReadModelsRig.scores());

        assertThat(building.number()).as("a number is never given twice").isEqualTo(3);
        assertThat(rig.versions.all()).containsExactly(active, building);
        assertThat(rig.tablesOfApp()).containsExactly("score__v1", "score__v3");
        assertThatThrownBy(() -> rig.checkpoints.advance(rig.sql, claim, Position.ZERO, new Position(1)))
                .isInstanceOf(VersionFencedException.class);
    }

    @Test
    void a_version_that_was_dropped_misses_no_tables_and_one_that_lost_them_does() {
        var dropped = rig.versions.openBuilding(ReadModelsRig.scores());
        rig.versions.drop(dropped);
        var damaged = rig.versions.openBuilding(ReadModelsRig.scores());
        rig.sql.execute("DROP TABLE app.score__v" + damaged.number());

        assertThat(rig.versions.missingTables(dropped)).isEmpty();
        assertThat(rig.versions.missingTables(damaged)).hasSize(1);
    }

    @Test
    void a_version_that_is_not_active_can_be_dropped_and_the_active_one_cannot() {
        var building = rig.versions.openBuilding(ReadModelsRig.scores());

        rig.versions.drop(building);

        assertThat(rig.versions.all()).containsExactly(active);
        assertThat(rig.tablesOfApp()).containsExactly("score__v1");
        assertThatThrownBy(() -> rig.versions.drop(building))
                .isInstanceOf(ReadModelException.class)
                .hasMessage("projection scores: version 2 is active or gone and cannot be dropped");
        assertThatThrownBy(() -> rig.versions.drop(active)).isInstanceOf(ReadModelException.class);
        assertThat(rig.tablesOfApp()).containsExactly("score__v1");
    }
}
