package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people did to the tables of the active version and to the views is there after a switch. */
class HandedOverTest {

    private static final String WIDER = """
            CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL DEFAULT 0, note text);""";
    private static final String OTHER = """
            CREATE TABLE score (player text PRIMARY KEY, rank integer NOT NULL DEFAULT 1, points integer NOT NULL);""";

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
        for (var role : List.of("heir_reader", "heir_owner")) {
            rig.sql.execute("CREATE ROLE " + role);
        }
        new TestFold(rig, rig.openActive(ReadModelsRig.scores())).to(10);
    }

    @AfterEach
    void close() {
        for (var role : List.of("heir_reader", "heir_owner")) {
            rig.sql.execute("DROP OWNED BY " + role);
            rig.sql.execute("DROP ROLE " + role);
        }
    }

    private void switchTo(ReadModelDefinition definition) {
        rig.versions.switchTo(rig.rebuilt(definition, 10).version(), ReadModelsRig.AS_IT_IS);
    }

    private boolean is(String condition) {
        return Single.value(rig.sql.resultQuery("SELECT " + condition), Boolean.class);
    }

    private String text(String expression) {
        return String.valueOf(
                rig.sql.resultQuery("SELECT (" + expression + ")::text").fetchOne(0, String.class));
    }

    @Test
    void privileges_on_the_tables_and_their_columns() {
        rig.sql.execute("GRANT SELECT ON app.score__v1 TO heir_reader WITH GRANT OPTION");
        rig.sql.execute("GRANT UPDATE (points) ON app.score__v1 TO heir_reader");
        rig.sql.execute("GRANT INSERT ON app.score__v1 TO PUBLIC");

        switchTo(ReadModelsRig.scores(2, WIDER));

        assertThat(is("has_table_privilege('heir_reader', 'app.score__v2', 'SELECT WITH GRANT OPTION')"))
                .isTrue();
        assertThat(is("has_column_privilege('heir_reader', 'app.score__v2', 'points', 'UPDATE')"))
                .isTrue();
        assertThat(is("has_column_privilege('heir_reader', 'app.score__v2', 'player', 'UPDATE')"))
                .isFalse();
        assertThat(is("has_table_privilege('heir_owner', 'app.score__v2', 'INSERT')"))
                .isTrue();
    }

    @Test
    void privileges_that_were_given_or_taken_while_the_new_version_was_built() {
        rig.sql.execute("GRANT SELECT ON app.score__v1 TO heir_reader");
        var next = rig.rebuilt(ReadModelsRig.scores(), 10);
        rig.sql.execute("REVOKE SELECT ON app.score__v1 FROM heir_reader");
        rig.sql.execute("GRANT SELECT ON app.score__v1 TO heir_owner");

        rig.versions.switchTo(next.version(), ReadModelsRig.AS_IT_IS);

        assertThat(is("has_table_privilege('heir_reader', 'app.score__v2', 'SELECT')"))
                .isFalse();
        assertThat(is("has_table_privilege('heir_owner', 'app.score__v2', 'SELECT')"))
                .isTrue();
    }

    @Test
    void comments_storage_options_statistics_targets_and_indexes() {
        rig.sql.execute("COMMENT ON TABLE app.score__v1 IS 'it''s ours'");
        rig.sql.execute("COMMENT ON COLUMN app.score__v1.points IS 'never ? negative {0}'");
        rig.sql.execute(
                "ALTER TABLE app.score__v1 SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, toast.autovacuum_enabled = false)");
        rig.sql.execute("ALTER TABLE app.score__v1 ALTER COLUMN points SET STATISTICS 500");
        rig.sql.execute("ALTER TABLE app.score__v1 ALTER COLUMN points SET (n_distinct = 12)");
        rig.sql.execute("ALTER TABLE app.score__v1 REPLICA IDENTITY FULL");
        rig.sql.execute("CREATE INDEX by_hand ON app.score__v1 (lower(player)) WHERE points > 3");

        switchTo(ReadModelsRig.scores());

        assertThat(text("obj_description('app.score__v2'::regclass)")).isEqualTo("it's ours");
        assertThat(text("col_description('app.score__v2'::regclass, 2)")).isEqualTo("never ? negative {0}");
        assertThat(text("SELECT reloptions FROM pg_class WHERE oid = 'app.score__v2'::regclass"))
                .contains("fillfactor=70", "autovacuum_vacuum_scale_factor=0.01");
        assertThat(
                        text(
                                "SELECT attstattarget || attoptions::text FROM pg_attribute WHERE attrelid = 'app.score__v2'::regclass AND attname = 'points'"))
                .isEqualTo("500{n_distinct=12}");
        assertThat(text("SELECT relreplident FROM pg_class WHERE oid = 'app.score__v2'::regclass"))
                .isEqualTo("f");
        assertThat(text("SELECT string_agg(indexdef, ' ') FROM pg_indexes WHERE tablename = 'score__v2'"))
                .contains("(lower(player)) WHERE (points > 3)");
    }

    @Test
    void the_owner() {
        rig.sql.execute("GRANT USAGE, CREATE ON SCHEMA app TO heir_owner");
        rig.sql.execute("ALTER TABLE app.score__v1 OWNER TO heir_owner");
        rig.sql.execute("ALTER VIEW app.score OWNER TO heir_owner");

        switchTo(ReadModelsRig.scores(2, OTHER));

        assertThat(text("SELECT relowner::regrole FROM pg_class WHERE oid = 'app.score__v2'::regclass"))
                .isEqualTo("heir_owner");
        assertThat(text("SELECT relowner::regrole FROM pg_class WHERE oid = 'app.score'::regclass"))
                .isEqualTo("heir_owner");
        rig.sql.execute("REASSIGN OWNED BY heir_owner TO CURRENT_USER");
    }

    @Test
    void row_level_security_that_somebody_added() {
        rig.sql.execute("ALTER TABLE app.score__v1 ENABLE ROW LEVEL SECURITY");
        rig.sql.execute("CREATE POLICY mine ON app.score__v1 FOR SELECT TO heir_reader USING (player = current_user)");
        rig.sql.execute("GRANT SELECT ON app.score__v1 TO heir_reader");

        switchTo(ReadModelsRig.scores());

        assertThat(is("relrowsecurity FROM pg_class WHERE oid = 'app.score__v2'::regclass"))
                .isTrue();
        assertThat(
                        text(
                                "SELECT cmd || roles::text || qual FROM pg_policies WHERE tablename = 'score__v2' AND policyname = 'mine'"))
                .isEqualTo("SELECT{heir_reader}(player = CURRENT_USER)");
    }

    @Test
    void what_the_view_has_also_when_it_gets_a_column_more() {
        giveToTheView();

        switchTo(ReadModelsRig.scores(2, WIDER));

        assertThat(rig.columnsOf("app.score")).containsExactly("player text", "points bigint", "note text");
        assertTheViewHasIt();
    }

    @Test
    void what_the_view_has_also_when_its_columns_change() {
        giveToTheView();

        switchTo(ReadModelsRig.scores(2, OTHER));

        assertThat(rig.columnsOf("app.score")).containsExactly("player text", "rank integer", "points integer");
        assertTheViewHasIt();
    }

    private void giveToTheView() {
        rig.sql.execute("GRANT SELECT ON app.score TO heir_reader WITH GRANT OPTION");
        rig.sql.execute("GRANT SELECT (points) ON app.score TO heir_owner");
        rig.sql.execute("COMMENT ON VIEW app.score IS 'for reports'");
        rig.sql.execute("COMMENT ON COLUMN app.score.points IS 'all of them'");
        rig.sql.execute("ALTER VIEW app.score SET (security_barrier = true)");
    }

    private void assertTheViewHasIt() {
        assertThat(is("has_table_privilege('heir_reader', 'app.score', 'SELECT WITH GRANT OPTION')"))
                .isTrue();
        assertThat(is("has_column_privilege('heir_owner', 'app.score', 'points', 'SELECT')"))
                .isTrue();
        assertThat(is("has_column_privilege('heir_owner', 'app.score', 'player', 'SELECT')"))
                .isFalse();
        assertThat(text("obj_description('app.score'::regclass)")).isEqualTo("for reports");
        assertThat(
                        text(
                                "SELECT col_description('app.score'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'app.score'::regclass AND attname = 'points'"))
                .isEqualTo("all of them");
        assertThat(text("SELECT reloptions FROM pg_class WHERE oid = 'app.score'::regclass"))
                .isEqualTo("{security_barrier=true}");
    }

    @Test
    void a_version_that_older_code_made_hands_over_as_well_and_what_its_sql_says_holds_from_now_on() {
        rig.sql.execute("DELETE FROM afterimage.version_trait");
        rig.sql.execute("CREATE OR REPLACE VIEW app.score AS SELECT * FROM app.score__v1");
        rig.sql.execute("GRANT SELECT ON app.score__v1 TO heir_reader");
        rig.sql.execute("ALTER TABLE app.score__v1 SET (fillfactor = 70)");
        giveToTheView();

        switchTo(ReadModelsRig.scores(2, WIDER + """
                COMMENT ON TABLE score IS 'from the file';
                GRANT SELECT ON score TO heir_owner;"""));

        assertThat(is("has_table_privilege('heir_reader', 'app.score__v2', 'SELECT')"))
                .isTrue();
        assertThat(is("has_table_privilege('heir_owner', 'app.score', 'SELECT')"))
                .isTrue();
        assertThat(is("has_table_privilege('heir_reader', 'app.score', 'SELECT WITH GRANT OPTION')"))
                .isTrue();
        assertThat(text("obj_description('app.score'::regclass)")).isEqualTo("from the file");
        assertThat(text("SELECT reloptions FROM pg_class WHERE oid = 'app.score__v2'::regclass"))
                .isEqualTo("{fillfactor=70}");
    }

    @Test
    void new_tables_get_what_new_tables_of_their_schema_get() {
        rig.sql.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO heir_reader");

        switchTo(new ReadModelDefinition("scores", 2, List.of(ScoreTable.SCORE, ScoreTable.MEDAL), WIDER + """
                CREATE TABLE medal (player text PRIMARY KEY, points bigint NOT NULL);"""));

        assertThat(is("has_table_privilege('heir_reader', 'app.medal__v2', 'SELECT')"))
                .isTrue();
        assertThat(is("has_table_privilege('heir_reader', 'app.medal', 'SELECT')"))
                .isTrue();
    }

    @Test
    void a_trigger_that_somebody_added_is_refused_before_the_build_because_no_fold_may_fire_it() {
        rig.sql.execute(
                "CREATE TRIGGER t BEFORE UPDATE ON app.score__v1 FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()");

        assertThatThrownBy(() -> rig.rebuilt(ReadModelsRig.scores(), 10))
                .isInstanceOf(ReadModelException.class)
                .hasMessageContaining("trigger t on table app.score__v1");
    }

    @Test
    void what_cannot_be_repeated_is_refused_before_the_build() {
        rig.sql.execute("CREATE FUNCTION app.gone(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1'");
        rig.sql.execute("CREATE UNIQUE INDEX ON app.score__v1 (app.gone(player))");
        rig.sql.execute("ALTER TABLE app.score__v1 RENAME COLUMN points TO score");
        rig.sql.execute("CREATE INDEX ON app.score__v1 (score)");

        var next = rig.versions.openBuilding(ReadModelsRig.scores());

        assertThat(next)
                .as("an index over a column that goes need not be repeated")
                .isNotNull();
    }
}
