package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.Bounds;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class QueryTest {

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

    private static long points(DSLContext query) {
        return Single.value(query.selectDistinct(ScoreTable.SCORE.points).from(ScoreTable.SCORE), Long.class);
    }

    private static String rendered(DSLContext query, Table<?> table) {
        return query.render(table);
    }

    @Test
    void generated_tables_are_sent_to_the_active_version() {
        var query = rig.readModels.query();

        assertThat(rendered(query, ScoreTable.SCORE)).isEqualTo("\"app\".\"score__v1\"");
        assertThat(points(query)).isEqualTo(10);
        assertThat(query.select(ScoreTable.SCORE.points)
                        .from(ScoreTable.SCORE)
                        .where(ScoreTable.SCORE.player.eq("player 1"))
                        .fetchSingle(0, Long.class))
                .isEqualTo(10);
    }

    @Test
    void tables_that_are_not_of_a_projection_are_left_alone() {
        rig.sql.execute("CREATE TABLE app.medal (player text, points bigint)");
        rig.sql.execute("CREATE SCHEMA IF NOT EXISTS other");
        rig.sql.execute("CREATE TABLE IF NOT EXISTS other.score (player text, points bigint)");
        var query = rig.readModels.query();

        assertThat(query.fetchCount(ScoreTable.MEDAL)).isZero();
        assertThat(query.fetchCount(new ScoreTable("score", "other"))).isZero();
        assertThat(rendered(query, DSL.table(DSL.name("score")))).isEqualTo("\"score\"");
        assertThat(rendered(query, DSL.table(DSL.name("public", "score_history"))))
                .isEqualTo("\"public\".\"score_history\"");
    }

    @Test
    void tables_of_several_projections_go_each_to_its_own_version() {
        rig.openActive(new ReadModelDefinition(
                "medals",
                1,
                List.<Table<?>>of(ScoreTable.MEDAL),
                "CREATE TABLE medal (player text PRIMARY KEY, points bigint)"));
        rig.versions.switchTo(rig.rebuilt(ReadModelsRig.scores(), 10).version(), ReadModelsRig.AS_IT_IS);
        var query = rig.elsewhere().query();

        assertThat(rendered(query, ScoreTable.SCORE)).isEqualTo("\"app\".\"score__v2\"");
        assertThat(rendered(query, ScoreTable.MEDAL)).isEqualTo("\"app\".\"medal__v1\"");
        assertThat(query.fetchCount(ScoreTable.SCORE
                        .leftJoin(ScoreTable.MEDAL)
                        .on(ScoreTable.SCORE.player.eq(ScoreTable.MEDAL.player))))
                .isEqualTo(TestFold.PLAYERS);
    }

    @Test
    void two_queries_of_one_context_use_the_same_version_also_over_a_switch() {
        var query = rig.readModels.query();
        assertThat(points(query)).isEqualTo(10);
        var next = rig.rebuilt(ReadModelsRig.scores(), 10);

        rig.versions.switchTo(next.version(), next.catchUp());
        next.to(20);

        assertThat(points(query)).isEqualTo(10);
        assertThat(rendered(query, ScoreTable.SCORE)).isEqualTo("\"app\".\"score__v1\"");
    }

    @Test
    void a_transaction_on_a_version_reads_and_writes_that_version_whatever_is_active() {
        var building = rig.versions.openBuilding(ReadModelsRig.scores());
        int seen = rig.readModels.inOneTransaction(building, Bounds.defaults(), transaction -> {
            transaction
                    .insertInto(ScoreTable.SCORE, ScoreTable.SCORE.player, ScoreTable.SCORE.points)
                    .values("ada", 1L)
                    .execute();
            return transaction.fetchCount(ScoreTable.SCORE);
        });

        assertThat(rig.rowsOf("app.score__v2")).containsExactly("(ada,1)");
        assertThat(seen).isEqualTo(1);
        assertThat(rig.readModels.query().fetchCount(ScoreTable.SCORE)).isEqualTo(TestFold.PLAYERS);
    }

    @Test
    void without_any_projection_tables_keep_their_names() throws Exception {
        rig = new ReadModelsRig(database);

        assertThat(rendered(rig.readModels.query(), ScoreTable.SCORE)).isEqualTo("\"app\".\"score\"");
    }

    @Test
    void a_query_of_what_no_projector_has_made_yet_says_what_to_do() {
        assertThatThrownBy(() -> rig.readModels.query().fetchCount(ScoreTable.MEDAL))
                .isInstanceOf(ReadModelException.class)
                .hasMessageContaining("medal")
                .hasMessageContaining("start a projector with its projection once");
    }
}
