package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionSqlTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
    }

    private void assertRefused(String ddl, String... messageParts) {
        assertThatThrownBy(() -> rig.versions.openBuilding(ReadModelsRig.scores(1, ddl)))
                .isInstanceOf(ReadModelException.class)
                .hasMessageStartingWith("projection scores: ")
                .hasMessageContainingAll(messageParts);
        assertThat(rig.versions.all()).isEmpty();
        assertThat(rig.tablesOfApp()).isEmpty();
    }

    @Test
    void changed_sql_without_a_new_revision_is_refused_and_says_which_revision_to_take() {
        var version = rig.openActive(ReadModelsRig.scores());
        var changed = ReadModelsRig.scores(1, ReadModelsRig.SCORE_SQL + "CREATE INDEX ON score (player, points);");

        assertThatThrownBy(() -> rig.versions.openBuilding(changed))
                .isInstanceOf(ReadModelException.class)
                .hasMessage(
                        "projection scores: its SQL is not the one that revision 1 was built with: raise the revision to 2");
        assertThat(rig.versions.all()).containsExactly(version);
    }

    @Test
    void other_line_endings_are_not_a_change() {
        rig.openActive(ReadModelsRig.scores());

        assertThat(rig.versions.openBuilding(ReadModelsRig.scores(1, ReadModelsRig.SCORE_SQL.replace("\n", "\r\n"))))
                .isNotNull();
    }

    @Test
    void sql_that_creates_other_tables_than_the_code_names_is_refused() {
        assertRefused(
                "CREATE TABLE points (player text PRIMARY KEY)",
                "its SQL creates the tables [points] and the code names [score]: make them the same");
        assertRefused("""
                CREATE TABLE score (player text PRIMARY KEY);
                CREATE TABLE medal (player text PRIMARY KEY);""", "[medal, score]", "[score]");
        assertRefused("CREATE TABLE public.score (player text PRIMARY KEY)", "creates the tables []", "[score]");
    }

    @Test
    void sql_that_does_not_run_is_refused_with_what_postgresql_says() {
        assertRefused("CREATE TABEL score (player text PRIMARY KEY)", "its SQL does not run", "\"TABEL\"");
        assertRefused("CREATE TABLE score (player words PRIMARY KEY)", "type \"words\" does not exist");
    }

    @Test
    void a_table_without_primary_key_in_its_sql_is_refused() {
        assertRefused(
                "CREATE TABLE score (player text, points bigint)",
                "the primary key of table score is [] in its SQL and [player] in the code: make them the same");
    }

    @Test
    void a_primary_key_of_other_columns_than_the_code_names_is_refused() {
        assertRefused(
                "CREATE TABLE score (player text, points bigint PRIMARY KEY)",
                "[points] in its SQL and [player] in the code");
        assertRefused(
                "CREATE TABLE score (player text, points bigint, PRIMARY KEY (player, points))",
                "[player, points] in its SQL and [player] in the code");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "timestamptz DEFAULT now()",
                "timestamptz DEFAULT current_timestamp",
                "date DEFAULT CURRENT_DATE",
                "time DEFAULT LOCALTIME",
                "timestamptz DEFAULT clock_timestamp() + interval '1 day'",
                "timestamptz DEFAULT statement_timestamp()",
                "uuid DEFAULT gen_random_uuid()",
                "uuid DEFAULT uuidv7()",
                "double precision DEFAULT random()",
                "bigserial",
                "text DEFAULT current_user",
            })
    void a_default_that_a_rebuild_cannot_repeat_is_refused(String column) {
        assertRefused(
                "CREATE TABLE score (player text PRIMARY KEY, points bigint, extra %s)".formatted(column),
                "the default of score.extra is ",
                "which a rebuild cannot repeat: set the column from the event instead");
    }

    @Test
    void an_identity_column_is_refused_because_a_rebuild_would_number_rows_differently() {
        assertRefused(
                "CREATE TABLE score (player text PRIMARY KEY, points bigint GENERATED ALWAYS AS IDENTITY)",
                "score.points",
                "which a rebuild cannot repeat");
        assertRefused(
                "CREATE TABLE score (player text PRIMARY KEY, points bigint GENERATED BY DEFAULT AS IDENTITY)",
                "score.points");
    }

    @Test
    void constant_defaults_and_generated_columns_are_fine() {
        rig.openActive(ReadModelsRig.scores(1, """
                CREATE TABLE score (
                  player text PRIMARY KEY,
                  points bigint NOT NULL DEFAULT 0,
                  doubled bigint GENERATED ALWAYS AS (points * 2) STORED,
                  note text DEFAULT 'renown of the nowhere man, at random?'
                )"""));
        rig.sql.execute("INSERT INTO app.score__v1 (player, points) VALUES ('ada', 3)");

        assertThat(rig.rowsOf("app.score")).containsExactly("(ada,3,6,\"renown of the nowhere man, at random?\")");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE TABLE score (player text PRIMARY KEY, points bigint, how mood)",
                "CREATE TABLE score (player text PRIMARY KEY, points bigint); CREATE VIEW best AS SELECT * FROM score",
                "CREATE SEQUENCE numbers; CREATE TABLE score (player text PRIMARY KEY, points bigint)",
            })
    void sql_that_makes_more_than_tables_and_indexes_is_refused(String ddl) {
        assertRefused(ddl, "its SQL makes more than tables and indexes");
    }

    @Test
    void tables_may_use_types_of_other_schemas() {
        rig.sql.execute("DROP TYPE IF EXISTS public.mood CASCADE");
        rig.sql.execute("CREATE TYPE public.mood AS ENUM ('glad', 'sad')");

        rig.openActive(ReadModelsRig.scores(
                1, "CREATE TABLE score (player text PRIMARY KEY, points bigint, how public.mood DEFAULT 'sad')"));

        assertThat(rig.columnsOf("app.score")).contains("how mood");
    }
}
