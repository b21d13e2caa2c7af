package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.List;
import org.jooq.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What would fail a switch is found when a build begins, hours before. */
class SwitchObstaclesTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
        new TestFold(rig, rig.openActive(ReadModelsRig.scores())).to(10);
    }

    private void switchTo(ReadModelDefinition definition) {
        rig.versions.switchTo(rig.rebuilt(definition, 10).version(), ReadModelsRig.AS_IT_IS);
    }

    private void assertRefusedAtOnce(ReadModelDefinition definition, String... parts) {
        assertThatThrownBy(() -> rig.versions.openBuilding(definition))
                .isInstanceOf(ReadModelException.class)
                .hasMessageContainingAll(parts);
        assertThat(rig.versions.all()).noneMatch(version -> version.phase() == VersionPhase.BUILDING);
    }

    @Test
    void a_view_of_somebody_on_the_plain_view_stays_when_columns_are_added_at_the_end() {
        rig.sql.execute("CREATE VIEW app.report AS SELECT sum(points) FROM app.score");

        switchTo(ReadModelsRig.scores(
                2, "CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL, note text)"));

        assertThat(rig.rowsOf("app.report")).containsExactly("(200)");
        assertThat(rig.columnsOf("app.score")).containsExactly("player text", "points bigint", "note text");
    }

    @Test
    void a_view_of_somebody_on_the_plain_view_stays_when_columns_are_added_in_the_middle() {
        rig.sql.execute("CREATE VIEW app.report AS SELECT sum(points) FROM app.score");

        switchTo(ReadModelsRig.scores(
                2, "CREATE TABLE score (player text PRIMARY KEY, note text, points bigint NOT NULL)"));

        assertThat(rig.rowsOf("app.report")).containsExactly("(200)");
        assertThat(rig.columnsOf("app.score")).containsExactly("player text", "points bigint", "note text");
    }

    @Test
    void a_view_of_somebody_on_columns_that_change_is_named_before_the_build() {
        rig.sql.execute("CREATE VIEW app.report AS SELECT player FROM app.score");

        assertRefusedAtOnce(
                ReadModelsRig.scores(2, "CREATE TABLE score (player text PRIMARY KEY, points numeric NOT NULL)"),
                "projection scores: ",
                "view app.report depends on the view app.score, whose columns change: drop it, and make it again after the switch");
    }

    @Test
    void a_function_that_uses_the_rows_of_the_view_is_named_too() {
        rig.sql.execute("CREATE FUNCTION app.best() RETURNS SETOF app.score LANGUAGE sql AS 'SELECT * FROM app.score'");

        assertRefusedAtOnce(
                ReadModelsRig.scores(2, "CREATE TABLE score (player text PRIMARY KEY, points numeric NOT NULL)"),
                "function app.best() depends on the view app.score");
    }

    @Test
    void a_view_of_somebody_on_a_table_that_goes_is_named_before_the_build() {
        switchTo(new ReadModelDefinition("scores", 2, List.of(ScoreTable.SCORE, ScoreTable.MEDAL), """
                CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL);
                CREATE TABLE medal (player text PRIMARY KEY, points bigint NOT NULL);"""));
        rig.sql.execute("CREATE VIEW app.report AS SELECT player FROM app.medal");

        assertRefusedAtOnce(
                ReadModelsRig.scores(3, "CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL)"),
                "view app.report depends on the view app.medal, which the new version does not have");
    }

    @Test
    void another_collation_gives_a_new_view() {
        switchTo(ReadModelsRig.scores(
                2, "CREATE TABLE score (player text COLLATE \"C\" PRIMARY KEY, points bigint NOT NULL)"));

        assertThat(rig.rowsOf("app.score")).hasSize(TestFold.PLAYERS);
    }

    @Test
    void something_else_under_the_plain_name_is_named_before_the_build() {
        rig.sql.execute("CREATE TABLE app.medal (player text)");
        var two = new ReadModelDefinition("scores", 2, List.of(ScoreTable.SCORE, ScoreTable.MEDAL), """
                CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL);
                CREATE TABLE medal (player text PRIMARY KEY, points bigint NOT NULL);""");
        assertRefusedAtOnce(two, "app.medal is not a view of ours", "drop or rename it");

        rig.sql.execute("DROP TABLE app.medal");
        rig.sql.execute("CREATE VIEW app.medal AS SELECT 1 AS player");
        assertRefusedAtOnce(two, "app.medal is not a view of ours", "drop or rename it");
    }

    @Test
    void a_view_that_this_role_may_not_replace_is_named_with_its_owner() throws Exception {
        rig.sql.execute("CREATE ROLE obstacle_other");
        rig.sql.execute("CREATE ROLE obstacle_projector");
        try {
            rig.sql.execute("GRANT USAGE ON SCHEMA afterimage, afterimage_draft, app TO obstacle_projector");
            rig.sql.execute("GRANT CREATE ON SCHEMA afterimage_draft, app TO obstacle_projector");
            rig.sql.execute("GRANT ALL ON ALL TABLES IN SCHEMA afterimage TO obstacle_projector");
            rig.sql.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA afterimage TO obstacle_projector");
            rig.sql.execute("ALTER TABLE app.score__v1 OWNER TO obstacle_projector");
            rig.sql.execute("ALTER VIEW app.score OWNER TO obstacle_other");
            var projector =
                    ReadModels.open(ConfiguredDataSource.of(rig.dataSource, "SET ROLE obstacle_projector"), rig.log);

            assertThatThrownBy(() -> projector.versions().openBuilding(ReadModelsRig.scores()))
                    .isInstanceOf(ReadModelException.class)
                    .hasMessageContaining("the view app.score belongs to role obstacle_other");
        } finally {
            rig.sql.execute("DROP SCHEMA app CASCADE");
            rig.sql.execute("DROP OWNED BY obstacle_other, obstacle_projector");
            rig.sql.execute("DROP ROLE obstacle_other");
            rig.sql.execute("DROP ROLE obstacle_projector");
        }
    }

    @Test
    void a_role_that_may_not_create_schemas_builds_and_switches() {
        rig.sql.execute("CREATE ROLE obstacle_projector");
        try {
            rig.sql.execute("GRANT USAGE ON SCHEMA afterimage TO obstacle_projector");
            rig.sql.execute("GRANT USAGE, CREATE ON SCHEMA afterimage_draft, app TO obstacle_projector");
            rig.sql.execute("GRANT ALL ON ALL TABLES IN SCHEMA afterimage TO obstacle_projector");
            rig.sql.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA afterimage TO obstacle_projector");
            rig.sql.execute("ALTER TABLE app.score__v1 OWNER TO obstacle_projector");
            rig.sql.execute("ALTER VIEW app.score OWNER TO obstacle_projector");
            var projector = ReadModels.open(
                            ConfiguredDataSource.of(rig.dataSource, "SET ROLE obstacle_projector"), rig.log)
                    .versions();

            var next = projector.openBuilding(ReadModelsRig.scores());
            new TestFold(rig, next).to(10);
            projector.finishBuilding(next);
            projector.switchTo(next, ReadModelsRig.AS_IT_IS);

            assertThat(rig.phaseOf(2)).isEqualTo(VersionPhase.ACTIVE);
        } finally {
            rig.sql.execute("DROP SCHEMA app CASCADE");
            rig.sql.execute("DROP OWNED BY obstacle_projector");
            rig.sql.execute("DROP ROLE obstacle_projector");
        }
    }

    private static ReadModelDefinition medals(int revision) {
        return new ReadModelDefinition(
                "medals",
                revision,
                List.<Table<?>>of(ScoreTable.MEDAL),
                "CREATE TABLE medal (player text PRIMARY KEY, points bigint NOT NULL)");
    }

    @Test
    void a_table_moves_to_another_projection_when_the_first_has_given_it_up() {
        switchTo(new ReadModelDefinition("scores", 2, List.of(ScoreTable.SCORE, ScoreTable.MEDAL), """
                CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL);
                CREATE TABLE medal (player text PRIMARY KEY, points bigint NOT NULL);"""));
        assertThatThrownBy(() -> rig.openActive(medals(1)))
                .hasMessage(
                        "projection medals: table app.medal is shown by projection scores, version 2: it must be without it before, so make its next revision active and try again");

        switchTo(ReadModelsRig.scores(3, "CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL)"));
        rig.openActive(medals(1));
        rig.sql.execute("INSERT INTO app.medal__v1 VALUES ('ada', 1)");
        switchTo(ReadModelsRig.scores(4, "CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL)"));

        assertThat(rig.rowsOf("app.medal")).containsExactly("(ada,1)");
        assertThat(rig.readModels.query().fetchCount(ScoreTable.MEDAL)).isEqualTo(1);
    }

    @Test
    void a_version_that_has_a_table_of_another_projection_now_cannot_become_active_again() {
        switchTo(new ReadModelDefinition("scores", 2, List.of(ScoreTable.SCORE, ScoreTable.MEDAL), """
                CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL);
                CREATE TABLE medal (player text PRIMARY KEY, points bigint NOT NULL);"""));
        var before = rig.versions.active("scores").orElseThrow();
        switchTo(ReadModelsRig.scores(3, "CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL)"));
        rig.openActive(medals(1));

        assertThatThrownBy(() -> rig.versions.switchTo(before, ReadModelsRig.AS_IT_IS))
                .isInstanceOf(ReadModelException.class)
                .hasMessageContaining("table app.medal is shown by projection medals, version 1");
    }

    @Test
    void a_taken_name_of_a_versions_table_is_passed_over() {
        switchTo(new ReadModelDefinition("scores", 2, List.of(ScoreTable.SCORE, ScoreTable.MEDAL), """
                CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL);
                CREATE TABLE medal (player text PRIMARY KEY, points bigint NOT NULL);"""));
        switchTo(ReadModelsRig.scores(3, "CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL)"));

        rig.openActive(medals(1));
        var second = rig.versions.openBuilding(medals(1));

        assertThat(rig.tablesOfApp()).contains("medal__v2", second.tableName("medal"));
        assertThat(second.number()).isEqualTo(3);
    }
}
