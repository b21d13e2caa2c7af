package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.SqlStates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

class SwitchTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;
    private TestFold live;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
        live = new TestFold(rig, rig.openActive(ReadModelsRig.scores()));
        live.to(10);
    }

    private long pointsInView() {
        return Single.value(rig.sql.resultQuery("SELECT DISTINCT points FROM app.score"), Long.class);
    }

    @Test
    void view_and_query_context_show_the_new_version_and_the_old_one_is_retired() {
        var next = rig.rebuilt(ReadModelsRig.scores(), 10);
        var before = rig.readModels.query();
        rig.sql.execute("UPDATE app.score__v2 SET points = 11");

        rig.versions.switchTo(next.version(), ReadModelsRig.AS_IT_IS);

        assertThat(rig.phaseOf(1)).isEqualTo(VersionPhase.RETIRED);
        assertThat(rig.phaseOf(2)).isEqualTo(VersionPhase.ACTIVE);
        assertThat(pointsInView()).isEqualTo(11);
        assertThat(before.selectDistinct(ScoreTable.SCORE.points)
                        .from(ScoreTable.SCORE)
                        .fetchSingle()
                        .value1())
                .as("a context stays on the versions it began with")
                .isEqualTo(10);
        assertThat(rig.elsewhere()
                        .query()
                        .selectDistinct(ScoreTable.SCORE.points)
                        .from(ScoreTable.SCORE)
                        .fetchSingle()
                        .value1())
                .isEqualTo(11);
    }

    @Test
    void the_next_version_catches_up_to_where_the_active_one_is_held() {
        var next = rig.rebuilt(ReadModelsRig.scores(), 4);
        var held = new ArrayList<Position>();

        rig.versions.switchTo(next.version(), position -> {
            held.add(position);
            next.to(position.value());
        });

        assertThat(held).containsExactly(new Position(10));
        assertThat(pointsInView()).isEqualTo(10);
    }

    @Test
    void a_version_that_has_not_caught_up_is_refused_and_nothing_changes() {
        var next = rig.rebuilt(ReadModelsRig.scores(), 9);

        assertThatThrownBy(() -> rig.versions.switchTo(next.version(), ReadModelsRig.AS_IT_IS))
                .isInstanceOf(ReadModelException.class)
                .hasMessage("projection scores: version 2 is at position 9 and the active version at 10: "
                        + "readers would go back in time; catch up first");

        assertThat(rig.phaseOf(1)).isEqualTo(VersionPhase.ACTIVE);
        assertThat(rig.phaseOf(2)).isEqualTo(VersionPhase.BUILDING);
        assertThat(pointsInView()).isEqualTo(10);
        live.to(11);
        assertThat(pointsInView()).isEqualTo(11);
    }

    @Test
    void a_catch_up_that_fails_leaves_everything_as_it_was() {
        var next = rig.rebuilt(ReadModelsRig.scores(), 9);

        assertThatThrownBy(() -> rig.versions.switchTo(next.version(), held -> {
                    throw new IllegalStateException("poisoned");
                }))
                .hasMessage("poisoned");

        assertThat(rig.versions.active("scores")).contains(live.version());
        live.to(11);
        assertThat(pointsInView()).isEqualTo(11);
    }

    @Test
    void switching_again_to_the_active_version_changes_nothing() {
        var next = rig.rebuilt(ReadModelsRig.scores(), 10);
        rig.versions.switchTo(next.version(), ReadModelsRig.AS_IT_IS);

        rig.versions.switchTo(next.version(), ReadModelsRig.AS_IT_IS);

        assertThat(rig.phaseOf(1)).isEqualTo(VersionPhase.RETIRED);
        assertThat(rig.phaseOf(2)).isEqualTo(VersionPhase.ACTIVE);
    }

    @Test
    void the_one_before_stays_and_older_versions_are_dropped() {
        for (int version = 2; version <= 4; version++) {
            rig.versions.switchTo(rig.rebuilt(ReadModelsRig.scores(), 10).version(), ReadModelsRig.AS_IT_IS);
            rig.hoursPass();
        }

        assertThat(rig.versions.all()).extracting(ProjectionVersion::number).containsExactly(3, 4);
        assertThat(rig.tablesOfApp()).containsExactly("score__v3", "score__v4");
        assertThatThrownBy(() -> live.to(12)).isInstanceOf(VersionFencedException.class);
    }

    @Test
    void a_retired_version_is_fed_on_but_never_passes_the_active_one() {
        var next = rig.rebuilt(ReadModelsRig.scores(), 10);
        rig.versions.switchTo(next.version(), ReadModelsRig.AS_IT_IS);
        next.to(12);

        live.to(11);
        assertThat(live.to(13)).isEqualTo(new Advance.Ahead(new Position(12)));
        live.to(12);

        assertThat(rig.rowsOf("app.score__v1")).isEqualTo(rig.rowsOf("app.score__v2"));
    }

    @Test
    void a_projector_that_waits_for_the_switch_does_not_pass_the_new_version_when_it_is_let_go() throws Exception {
        var next = rig.rebuilt(ReadModelsRig.scores(), 10);
        try (var projector = Executors.newSingleThreadExecutor()) {
            var moving = new ArrayList<Future<?>>();

            rig.versions.switchTo(next.version(), held -> {
                moving.add(projector.submit(() -> live.to(15)));
                Waiting.forLock(rig.sql, 1);
            });

            assertThat(moving.getFirst().get(2, TimeUnit.MINUTES)).isEqualTo(new Advance.Ahead(new Position(10)));
        }
        assertThat(rig.checkpoints.position(live.version())).isEqualTo(new Position(10));
    }

    /** Takes 15 seconds. */
    @Test
    @EnabledIfSystemProperty(named = "afterimage.full", matches = "true")
    void a_node_that_freezes_in_a_switch_keeps_the_live_version_for_seconds() {
        var next = rig.rebuilt(ReadModelsRig.scores(), 10);
        var begun = System.nanoTime();

        assertThatThrownBy(() -> rig.versions.switchTo(
                        next.version(),
                        held -> rig.sql.fetch(
                                "SELECT * FROM afterimage.checkpoint WHERE version = ? FOR UPDATE",
                                live.version().number())))
                .satisfies(failure -> assertThat(SqlStates.isTransient(failure)).isTrue());

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(50));
    }

    @Test
    void one_may_go_back_to_the_version_before() {
        var next = rig.rebuilt(ReadModelsRig.scores(), 10);
        rig.versions.switchTo(next.version(), ReadModelsRig.AS_IT_IS);
        next.to(12);

        rig.versions.switchTo(live.version(), live.catchUp());

        assertThat(rig.phaseOf(1)).isEqualTo(VersionPhase.ACTIVE);
        assertThat(rig.phaseOf(2)).isEqualTo(VersionPhase.RETIRED);
        assertThat(pointsInView()).isEqualTo(12);
        live.to(14);
        assertThat(pointsInView()).isEqualTo(14);
    }

    @Test
    void a_revision_with_other_columns_replaces_the_view() {
        var wider = rig.rebuilt(ReadModelsRig.scores(2, """
                CREATE TABLE score (
                  player text PRIMARY KEY,
                  rank integer NOT NULL DEFAULT 1,
                  points bigint NOT NULL
                )"""), 10);

        rig.versions.switchTo(wider.version(), ReadModelsRig.AS_IT_IS);
        rig.hoursPass();

        assertThat(rig.columnsOf("app.score")).containsExactly("player text", "rank integer", "points bigint");
        assertThat(rig.openActive(ReadModelsRig.scores()).revision()).isEqualTo(2);

        var narrower = rig.rebuilt(
                ReadModelsRig.scores(3, "CREATE TABLE score (player text PRIMARY KEY, points integer NOT NULL)"), 10);
        rig.versions.switchTo(narrower.version(), ReadModelsRig.AS_IT_IS);

        assertThat(rig.columnsOf("app.score")).containsExactly("player text", "points integer");
        assertThat(pointsInView()).isEqualTo(10);
    }

    @Test
    void a_revision_with_another_set_of_tables_shows_the_new_ones_and_hides_the_old_ones() {
        var next =
                rig.rebuilt(new ReadModelDefinition("scores", 2, List.of(ScoreTable.SCORE, ScoreTable.MEDAL), """
                        CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL);
                        CREATE TABLE medal (player text PRIMARY KEY, points bigint NOT NULL);"""), 10);
        rig.versions.switchTo(next.version(), ReadModelsRig.AS_IT_IS);
        rig.hoursPass();
        assertThat(rig.rowsOf("app.medal")).isEmpty();

        var narrow = "CREATE TABLE score (player text PRIMARY KEY, points bigint NOT NULL)";
        var last = rig.rebuilt(ReadModelsRig.scores(3, narrow), 10);
        rig.versions.switchTo(last.version(), ReadModelsRig.AS_IT_IS);

        assertThat(rig.sql.resultQuery("SELECT to_regclass('app.medal')::text").fetchSingle(0, String.class))
                .as("a table that the projection gave up is not shown as if it were current")
                .isNull();
        assertThat(pointsInView()).isEqualTo(10);
        rig.hoursPass();
        rig.versions.switchTo(rig.rebuilt(ReadModelsRig.scores(3, narrow), 10).version(), ReadModelsRig.AS_IT_IS);
        rig.hoursPass();
        assertThat(rig.versions.all()).extracting(ProjectionVersion::number).containsExactly(3, 4);
    }

    @Test
    void who_may_read_the_view_may_read_it_after_the_switch() {
        var next = rig.rebuilt(ReadModelsRig.scores(), 10);
        rig.sql.execute("DROP ROLE IF EXISTS report_reader");
        rig.sql.execute("CREATE ROLE report_reader");
        rig.sql.execute("GRANT USAGE ON SCHEMA app TO report_reader");
        rig.sql.execute("GRANT SELECT ON app.score TO report_reader");

        rig.versions.switchTo(next.version(), ReadModelsRig.AS_IT_IS);

        try {
            rig.sql.transaction(transaction -> {
                transaction.dsl().execute("SET LOCAL ROLE report_reader");
                assertThat(transaction.dsl().fetchCount(DSL.table("app.score"))).isEqualTo(TestFold.PLAYERS);
            });
        } finally {
            rig.sql.execute("DROP OWNED BY report_reader");
            rig.sql.execute("DROP ROLE report_reader");
        }
    }
}
