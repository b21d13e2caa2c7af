package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds, comparisons and switches depend neither on the defaults of the role nor on the size of the pool. */
class OwnTransactionsTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static ReadModelsRig rig(UnaryOperator<DataSource> as) throws Exception {
        return new ReadModelsRig(database, as);
    }

    /** Builds a version while the live one moves on, compares the two, and switches. */
    private static void rebuild(ReadModelsRig rig, String ddl) throws Exception {
        var live = new TestFold(rig, rig.openActive(ReadModelsRig.scores(1, ddl)));
        live.to(10);
        var next = rig.rebuilt(ReadModelsRig.scores(1, ddl), 8);
        try (var projector = Executors.newSingleThreadExecutor()) {
            var moving = new AtomicReference<Future<?>>();
            var comparison = rig.versions.compareWithActive(next.version(), held -> {
                moving.set(projector.submit(() -> live.to(11)));
                Waiting.forLock(rig.sql, 1);
                next.to(held.value());
            });
            assertThat(comparison.isEqual()).isTrue();
            moving.get().get(2, TimeUnit.MINUTES);
            rig.versions.switchTo(next.version(), held -> {
                moving.set(projector.submit(() -> live.to(12)));
                Waiting.forLock(rig.sql, 1);
                next.to(held.value());
            });
            assertThat(moving.get().get(2, TimeUnit.MINUTES))
                    .as("a projector that waited for the switch")
                    .isInstanceOf(Advance.Ahead.class);
        }
        assertThat(rig.checkpoints.position(next.version())).isEqualTo(new Position(11));
        assertThat(rig.phaseOf(2)).isEqualTo(VersionPhase.ACTIVE);
    }

    @Test
    void three_connections_are_enough_while_the_live_version_waits_with_one() throws Exception {
        rebuild(rig(plain -> ConfiguredDataSource.pool(plain, 3)), ReadModelsRig.SCORE_SQL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read committed", "repeatable read", "serializable"})
    void any_default_isolation_will_do(String isolation) throws Exception {
        rebuild(
                rig(plain -> ConfiguredDataSource.of(
                        plain, "SET default_transaction_isolation = '%s'".formatted(isolation))),
                ReadModelsRig.SCORE_SQL);
    }

    @Test
    void an_index_may_take_longer_than_statements_of_the_role_may() throws Exception {
        var rig = rig(plain -> ConfiguredDataSource.of(plain, "SET statement_timeout = '2s'"));
        rig.sql.execute(
                "CREATE OR REPLACE FUNCTION public.slow(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN IF current_query() LIKE ''CREATE INDEX%'' THEN PERFORM pg_sleep(0.15); END IF; RETURN $1; END'");

        rebuild(
                rig,
                "CREATE TABLE score (player text PRIMARY KEY, points bigint); CREATE INDEX ON score (public.slow(player))");
    }

    @Test
    void an_index_may_take_longer_than_a_connection_of_the_pool_waits_for_answers() throws Exception {
        var rig = rig(plain ->
                ConfiguredDataSource.of(plain, connection -> connection.setNetworkTimeout(Runnable::run, 1_000)));
        rig.sql.execute(
                "CREATE OR REPLACE FUNCTION public.slow(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN IF current_query() LIKE ''CREATE INDEX%'' THEN PERFORM pg_sleep(0.1); END IF; RETURN $1; END'");

        rebuild(
                rig,
                "CREATE TABLE score (player text PRIMARY KEY, points bigint); CREATE INDEX ON score (public.slow(player))");
    }

    @Test
    void what_is_recorded_is_kept_on_a_pool_without_auto_commit() throws Exception {
        var rig = rig(plain -> ConfiguredDataSource.of(plain, connection -> connection.setAutoCommit(false)));
        var version = rig.openActive(ReadModelsRig.scores());
        assertThat(rig.readModels.leases().claim(version, "n1")).isPresent();

        rig.versions.requestRebuild("scores");
        rig.versions.recordFailure(version, null, "broken");
        rig.readModels.leases().release(version, "n1", VersionState.STOPPED, "because");

        var seen = rig.elsewhere();
        assertThat(seen.versions().look(List.of("scores")).values())
                .singleElement()
                .satisfies(view -> assertThat(view.rebuildRequestedAt()).isPresent());
        assertThat(seen.freshness(ScoreTable.SCORE).failure()).hasValue("broken");
        assertThat(seen.leases().claim(version, "n2")).isPresent();
    }

    /** Operators and disk guards make a server read-only by its settings, and mean it. */
    @Test
    void a_server_that_was_made_read_only_stays_so() throws Exception {
        var rig = rig(plain -> ConfiguredDataSource.of(plain, "SET default_transaction_read_only = on"));

        assertThatThrownBy(() -> rig.versions.openBuilding(ReadModelsRig.scores()))
                .hasMessageContaining("read-only transaction");
    }

    @Test
    void why_an_index_cannot_be_made_is_said() throws Exception {
        var rig = rig(plain -> plain);
        rig.sql.execute(
                "CREATE OR REPLACE FUNCTION public.fails(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RAISE ''not like this''; END'");
        var ddl =
                "CREATE TABLE score (player text PRIMARY KEY, points bigint); CREATE INDEX ON score (public.fails(player))";
        rig.sql.execute("SELECT 1");
        var building = rig.versions.openBuilding(ReadModelsRig.scores(1, ddl));
        new TestFold(rig, building).to(1);

        assertThatThrownBy(() -> rig.versions.finishBuilding(building))
                .hasMessageContaining("CREATE INDEX score__v1_")
                .hasMessageContaining("not like this");
    }
}
