package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the SQL of a definition says is true of every version, or refused. */
class SqlOfVersionsTest {

    private static final String SQL = """
            CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL DEFAULT 0)
              WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
            CREATE INDEX score_by_points ON score (points);
            CREATE STATISTICS both_columns ON player, points FROM score;
            COMMENT ON TABLE score IS 'how many';
            COMMENT ON COLUMN score.points IS 'never negative';
            COMMENT ON INDEX score_by_points IS 'for the ranking';
            GRANT SELECT ON score TO sql_reader;
            ALTER TABLE score ENABLE ROW LEVEL SECURITY;
            CREATE POLICY no_secrets ON score FOR SELECT USING (player <> 'player 1');
            """;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
        rig.sql.execute("CREATE ROLE sql_reader");
    }

    @AfterEach
    void close() {
        rig.sql.execute("DROP OWNED BY sql_reader");
        rig.sql.execute("DROP ROLE sql_reader");
    }

    private String text(String query, Object... values) {
        return String.valueOf(rig.sql.resultQuery(query, values).fetchOne(0, String.class));
    }

    @Test
    void the_first_version_and_every_later_one_have_it_all() {
        new TestFold(rig, rig.openActive(ReadModelsRig.scores(1, SQL))).to(10);
        rig.versions.switchTo(rig.rebuilt(ReadModelsRig.scores(1, SQL), 10).version(), ReadModelsRig.AS_IT_IS);

        for (var table : new String[] {"score__v1", "score__v2"}) {
            assertThat(text("SELECT reloptions::text FROM pg_class WHERE relname = ?", table))
                    .isEqualTo("{fillfactor=70,autovacuum_vacuum_scale_factor=0.01}");
            assertThat(text("SELECT obj_description(to_regclass('app.' || ?))", table))
                    .isEqualTo("how many");
            assertThat(text("SELECT col_description(to_regclass('app.' || ?), 2)", table))
                    .isEqualTo("never negative");
            assertThat(text("SELECT obj_description(to_regclass('app.' || ? || '_by_points'))", table))
                    .isEqualTo("for the ranking");
            assertThat(text("SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = to_regclass('app.' || ?)", table))
                    .isEqualTo("1");
            assertThat(text("SELECT count(*) FROM pg_policies WHERE tablename = ?", table))
                    .isEqualTo("1");
        }
    }

    @Test
    void privileges_comments_and_policies_hold_for_readers_of_the_view_too() {
        new TestFold(rig, rig.openActive(ReadModelsRig.scores(1, SQL))).to(10);
        rig.sql.execute("GRANT USAGE ON SCHEMA app TO sql_reader");

        var seen = rig.sql.transactionResult(transaction -> {
            transaction.dsl().execute("SET LOCAL ROLE sql_reader");
            return transaction
                    .dsl()
                    .resultQuery("SELECT count(*) FROM app.score")
                    .fetchSingle(0, Integer.class);
        });

        assertThat(seen).isEqualTo(TestFold.PLAYERS - 1);
        assertThat(text("SELECT obj_description('app.score'::regclass)")).isEqualTo("how many");
    }

    @Test
    void what_a_new_revision_no_longer_says_is_gone_and_what_it_says_anew_is_there() {
        rig.openActive(ReadModelsRig.scores(1, SQL));
        var next = rig.versions.openBuilding(ReadModelsRig.scores(2, """
                CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50);
                COMMENT ON TABLE score IS 'other';"""));
        rig.versions.finishBuilding(next);
        rig.versions.switchTo(next, ReadModelsRig.AS_IT_IS);

        assertThat(text("SELECT reloptions::text FROM pg_class WHERE relname = 'score__v2'"))
                .isEqualTo("{fillfactor=50}");
        assertThat(text("SELECT obj_description('app.score'::regclass)")).isEqualTo("other");
        assertThat(text("SELECT has_table_privilege('sql_reader', 'app.score', 'SELECT')"))
                .isIn("f", "false");
        assertThat(text("SELECT has_table_privilege('sql_reader', 'app.score__v2', 'SELECT')"))
                .isIn("f", "false");
        assertThat(text("SELECT reloptions::text FROM pg_class WHERE oid = 'app.score'::regclass"))
                .isEqualTo("null");
    }

    @Test
    void long_names_of_indexes_are_cut_and_stay_apart() {
        var longName = "a".repeat(60);
        var version = rig.openActive(ReadModelsRig.scores(1, """
                CREATE TABLE score (player text PRIMARY KEY, points bigint);
                CREATE INDEX %s_1 ON score (points);
                CREATE INDEX %s_2 ON score (points, player);""".formatted(longName, longName)));

        assertThat(text("SELECT count(*) FROM pg_indexes WHERE tablename = ?", version.tableName("score")))
                .isEqualTo("3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE UNLOGGED TABLE score (player text PRIMARY KEY)| unlogged table score",
                "CREATE TABLE score (player text PRIMARY KEY); INSERT INTO score VALUES ('ada')| puts rows into score",
                "CREATE TABLE score (player text PRIMARY KEY); CREATE TRIGGER t BEFORE UPDATE ON score FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()| trigger t of score",
                "CREATE TABLE score (player text PRIMARY KEY REFERENCES public.person)| foreign key score_player_fkey of score",
                "CREATE TABLE score (player text PRIMARY KEY); CREATE RULE r AS ON DELETE TO score DO INSTEAD NOTHING| rule r of score",
                "CREATE TABLE score (player text PRIMARY KEY) INHERITS (public.person)| inheritance of score",
                "CREATE TABLE score (player text PRIMARY KEY); ALTER TABLE score FORCE ROW LEVEL SECURITY| forces row level security of table score",
                "CREATE TABLE score (player text PRIMARY KEY) PARTITION BY HASH (player)| table score",
                "CREATE TABLE score (player text PRIMARY KEY); CREATE VIEW best AS SELECT 1| view best",
                "CREATE TABLE score (player text PRIMARY KEY); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'| function f()",
                "CREATE TABLE score (player text PRIMARY KEY); CREATE TABLE public.other ()| table public.other",
                "CREATE TABLE score (player text PRIMARY KEY); GRANT SELECT ON public.person TO PUBLIC| table public.person",
                "CREATE TABLE score (player text PRIMARY KEY); COMMIT| its SQL does not run",
            })
    void what_no_version_can_have_is_refused_by_name(String ddl, String named) {
        rig.sql.execute("CREATE TABLE IF NOT EXISTS public.person (player text PRIMARY KEY)");

        assertThatThrownBy(() -> rig.openActive(ReadModelsRig.scores(1, ddl)))
                .isInstanceOf(ReadModelException.class)
                .hasMessageStartingWith("projection scores: ")
                .hasMessageContaining(named);
        assertThat(rig.versions.all()).isEmpty();
        assertThat(text("SELECT count(*) FROM pg_class WHERE relnamespace = 'afterimage_draft'::regnamespace"))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "timestamptz DEFAULT 'now'",
                "timestamptz(0) DEFAULT 'now'",
                "timestamp DEFAULT 'now'",
                "timestamptz[] DEFAULT '{now}'",
                "date DEFAULT 'today'",
                "date DEFAULT 'tomorrow'",
                "time DEFAULT 'now'",
                "timestamptz DEFAULT '2026-01-01 00:00'",
                "uuid DEFAULT public.my_id()",
                "xid8 DEFAULT pg_current_xact_id()",
                "text DEFAULT timeofday()",
                "text DEFAULT session_user",
                "text DEFAULT current_setting('TimeZone')",
                "timestamptz DEFAULT 'now'::text::timestamptz",
                "public.moment",
            })
    void a_default_that_depends_on_when_where_or_by_whom_it_is_evaluated_is_refused(String column) {
        rig.sql.execute(
                "CREATE OR REPLACE FUNCTION public.my_id() RETURNS uuid VOLATILE LANGUAGE sql AS 'SELECT gen_random_uuid()'");
        rig.sql.execute("DROP DOMAIN IF EXISTS public.moment CASCADE");
        rig.sql.execute("CREATE DOMAIN public.moment AS timestamptz DEFAULT now()");

        assertThatThrownBy(() -> rig.openActive(ReadModelsRig.scores(
                        1, "CREATE TABLE score (player text PRIMARY KEY, extra %s)".formatted(column))))
                .isInstanceOf(ReadModelException.class)
                .hasMessageContaining("the default of score.extra is ")
                .hasMessageContaining("which a rebuild cannot repeat");
    }

    @Test
    void defaults_that_are_the_same_whenever_they_are_evaluated_are_fine() {
        rig.openActive(ReadModelsRig.scores(1, """
                CREATE TABLE score (
                  player text PRIMARY KEY,
                  since timestamptz DEFAULT '2026-01-01 00:00+00',
                  never timestamptz DEFAULT 'infinity',
                  day date DEFAULT '2026-01-01',
                  document jsonb DEFAULT '{"now": "?"}',
                  list text[] DEFAULT ARRAY[]::text[],
                  name text DEFAULT upper('now') || 'x',
                  fits boolean GENERATED ALWAYS AS (player <> '') STORED,
                  CHECK (since > '2020-01-01 00:00+00'))"""));
    }

    @Test
    void a_check_whose_answer_changes_with_time_is_refused() {
        assertThatThrownBy(
                        () -> rig.openActive(
                                ReadModelsRig.scores(
                                        1,
                                        "CREATE TABLE score (player text PRIMARY KEY, due timestamptz, CONSTRAINT open CHECK (due > now()))")))
                .isInstanceOf(ReadModelException.class)
                .hasMessageContaining("the check open of score is (due > now())");
    }
}
