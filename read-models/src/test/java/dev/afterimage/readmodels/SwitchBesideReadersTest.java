package dev.afterimage.readmodels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A reader may take its time: neither the live version nor another reader waits for it, and it loses nothing. */
class SwitchBesideReadersTest {

    private static final ReadModelDefinition GAMES =
            new ReadModelDefinition("scores", 1, List.<Table<?>>of(ScoreTable.SCORE, ScoreTable.MEDAL), """
                    CREATE TABLE score (player text PRIMARY KEY, points bigint);
                    CREATE TABLE medal (player text PRIMARY KEY, points bigint);""");

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ReadModelsRig rig;
    private TestFold live;

    @BeforeEach
    void open() throws Exception {
        rig = new ReadModelsRig(database);
        live = new TestFold(rig, rig.openActive(GAMES));
        live.to(10);
    }

    private static DSLContext reading(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        return DSL.using(connection, SQLDialect.POSTGRES);
    }

    private void switchToNext() {
        rig.versions.switchTo(rig.rebuilt(GAMES, 10).version(), ReadModelsRig.AS_IT_IS);
    }

    @Test
    void while_a_reader_keeps_the_view_the_live_version_moves_and_others_read_and_the_switch_succeeds_afterwards()
            throws Exception {
        var next = rig.rebuilt(GAMES, 10);
        try (var long1 = database.connect();
                var other = database.connect();
                var switcher = Executors.newSingleThreadExecutor()) {
            reading(long1).fetch("SELECT * FROM app.score");
            var hasty = DSL.using(other, SQLDialect.POSTGRES);
            hasty.execute("SET lock_timeout = '2s'");
            var switching = switcher.submit(() -> patiently(next));

            for (int i = 0; i < 5; i++) {
                Waiting.forLock(rig.sql, 1);
                rig.sql.transaction(transaction -> transaction
                        .dsl()
                        .fetch("SELECT * FROM afterimage.checkpoint WHERE version = 1 FOR UPDATE NOWAIT"));
                live.to(11 + i);
                hasty.fetch("SELECT * FROM app.score");
            }
            assertThat(switching).isNotDone();
            long1.rollback();

            switching.get(2, TimeUnit.MINUTES);
        }
        assertThat(rig.phaseOf(2)).isEqualTo(VersionPhase.ACTIVE);
        assertThat(next.position()).isEqualTo(live.position());
    }

    /** As a rebuild does it: what is not allowed now may be a moment later. */
    private void patiently(TestFold next) {
        while (rig.phaseOf(2) != VersionPhase.ACTIVE) {
            try {
                rig.versions.switchTo(next.version(), next.catchUp());
            } catch (ReadModelException e) {
                assertThat(e)
                        .hasMessageContaining("cannot be shown while others read")
                        .hasMessageContaining("(PostgreSQL JDBC Driver as ");
            }
        }
    }

    @Test
    void who_waits_for_a_reader_can_give_up_at_once() throws Exception {
        var next = rig.rebuilt(GAMES, 10);
        try (var slow = database.connect()) {
            reading(slow).fetch("SELECT * FROM app.score");

            assertThatThrownBy(() -> rig.versions.switchTo(next.version(), next.catchUp(), pause -> {
                        throw new IllegalStateException("cancelled");
                    }))
                    .hasMessage("cancelled");
        }
        assertThat(rig.phaseOf(2)).isEqualTo(VersionPhase.BUILDING);
    }

    @Test
    void a_reader_of_a_superseded_version_does_not_delay_the_switch_and_keeps_its_tables() throws Exception {
        try (var slow = database.connect()) {
            var reader = reading(slow);
            reader.fetch("SELECT * FROM app.score__v1");

            switchToNext();
            switchToNext();
            rig.hoursPass();

            assertThat(rig.phaseOf(3)).isEqualTo(VersionPhase.ACTIVE);
            assertThat(reader.fetch("SELECT * FROM app.medal__v1")).isEmpty();
            slow.rollback();
        }
        rig.versions.dropSuperseded();
        assertThat(rig.versions.all()).extracting(ProjectionVersion::number).containsExactly(2, 3);
    }

    @Test
    void a_transaction_that_began_when_a_version_was_active_finds_its_tables_although_it_has_not_read_them_yet()
            throws Exception {
        try (var slow = database.connect()) {
            var reader = reading(slow);
            reader.fetch("SELECT 1");

            switchToNext();
            switchToNext();
            rig.hoursPass();

            assertThat(reader.fetch("SELECT * FROM app.score__v1")).hasSize(TestFold.PLAYERS);
        }
        rig.versions.dropSuperseded();
        assertThat(rig.versions.all()).extracting(ProjectionVersion::number).containsExactly(2, 3);
    }

    @Test
    void what_keeps_a_superseded_version_is_recorded() {
        rig.sql.execute("CREATE VIEW app.report AS SELECT * FROM app.score__v1");
        switchToNext();
        switchToNext();

        rig.hoursPass();

        assertThat(rig.sql
                        .resultQuery("SELECT drop_failure FROM afterimage.projection_version WHERE version = 1")
                        .fetchSingle(0, String.class))
                .contains("cannot drop table app.score__v1 because other objects depend on it");
        assertThat(rig.versions.look(List.of("scores")).values())
                .flatExtracting(ProjectionView::versions)
                .flatExtracting(view -> view.dropFailure().stream().toList())
                .singleElement()
                .asString()
                .contains("cannot drop table app.score__v1");
        rig.sql.execute("DROP VIEW app.report");
        rig.versions.dropSuperseded();
        assertThat(rig.versions.all()).extracting(ProjectionVersion::number).containsExactly(2, 3);
    }

    @Test
    void going_back_to_a_superseded_version_keeps_it() {
        switchToNext();
        switchToNext();

        rig.versions.switchTo(live.version(), ReadModelsRig.AS_IT_IS);
        rig.hoursPass();

        assertThat(rig.versions.all()).extracting(ProjectionVersion::number).containsExactly(1, 3);
        assertThat(rig.phaseOf(1)).isEqualTo(VersionPhase.ACTIVE);
    }

    @Test
    void a_snapshot_from_before_a_version_was_complete_is_told_to_begin_again_and_never_reads_it_half_built()
            throws Exception {
        var next = rig.rebuilt(GAMES, 3);
        try (var repeatable = database.connect()) {
            repeatable.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            var reader = reading(repeatable);
            reader.fetch("SELECT 1");
            rig.versions.switchTo(next.version(), next.catchUp());

            assertThatThrownBy(() -> reader.fetch("SELECT * FROM app.score"))
                    .hasMessageContaining(
                            "projection scores was switched to version 2 after this transaction began to read: begin it again")
                    .extracting(SqlStates::of)
                    .isEqualTo("40001");

            repeatable.rollback();
            assertThat(reader.fetchValues("SELECT DISTINCT points FROM app.score")
                            .toString())
                    .isEqualTo("[10]");
        }
    }

    @Test
    void the_view_is_planned_as_its_table_is() {
        var plan = rig.sql
                .fetchValues("EXPLAIN (COSTS OFF) SELECT * FROM app.score WHERE player = 'player 1'")
                .toString();

        assertThat(plan).contains("One-Time Filter", "player = 'player 1'").doesNotContain("Subquery Scan");
    }
}
