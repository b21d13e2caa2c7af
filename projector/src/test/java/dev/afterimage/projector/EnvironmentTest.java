package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.Bounds;
import dev.afterimage.projector.AccountEvent.Deposited;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens around an event is not the event's fault: it is tried again for as long as it takes. */
class EnvironmentTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void assertGoesOn(Projector projector) {
        rig.drain(projector, "tallies");
        var status = ProjectorRig.awaitState(projector, "tallies", RunState.RUNNING);
        assertThat(status.message()).isEmpty();
        rig.awaitFreshness(TallyTable.TALLY, each -> each.failure().isEmpty());
    }

    static Stream<SQLException> whatAServerOrAPoolMaySay() {
        return Stream.of(
                new SQLException("password authentication failed for user \"app\"", "28P01"),
                new SQLException("canceling statement due to statement timeout", "57014"),
                new SQLException("cached plan must not change result type", "0A000"),
                new SQLException("internal error", "XX000"),
                new SQLException("database \"shop\" does not exist", "3D000"),
                new SQLException("Connection is not available, request timed out after 30000ms."));
    }

    @ParameterizedTest
    @MethodSource("whatAServerOrAPoolMaySay")
    void a_connection_that_cannot_be_had_is_tried_again(SQLException said) {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        rig.dataSource.refuse(said);
        rig.append(new Deposited("a1", "1"));
        ProjectorRig.awaitState(projector, "tallies", RunState.RETRYING);

        rig.dataSource.refuse(null);

        assertGoesOn(projector);
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,2)");
    }

    @Test
    void a_statement_time_out_while_somebody_holds_the_checkpoint_is_tried_again() throws Exception {
        rig.dataSource.onOpen("SET statement_timeout = 200");
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        try (var other = database.connect()) {
            other.setAutoCommit(false);
            DSL.using(other, SQLDialect.POSTGRES).fetch("SELECT * FROM afterimage.checkpoint FOR UPDATE");
            rig.append(new Deposited("a1", "1"));
            ProjectorRig.awaitState(projector, "tallies", RunState.RETRYING);
            other.rollback();
        }

        assertGoesOn(projector);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT * FROM afterimage.checkpoint FOR UPDATE", "LOCK TABLE app.tally__v1"})
    void who_blocks_a_projection_is_said_and_when_that_ends_it_goes_on(String held) throws Exception {
        var bounds = Bounds.defaults().withLock(Duration.ofMillis(200));
        var projector = rig.start(ProjectorRig.SETTINGS.withBounds(bounds), Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        try (var other = database.connect();
                var statement = other.createStatement()) {
            statement.execute("SET application_name = 'an editor'");
            other.setAutoCommit(false);
            statement.execute(held);
            rig.append(new Deposited("a1", "1"));

            var status = ProjectorRig.awaitState(projector, "tallies", RunState.RETRYING);
            assertThat(status.message())
                    .contains(
                            "a lock was not given in time",
                            "an editor as ",
                            held.substring(0, held.indexOf(' ')) + " began");
            other.rollback();
        }

        assertGoesOn(projector);
    }

    /** Unlike our own statements, which a path of the role does not reach. */
    @Test
    void statements_of_a_handler_run_with_the_path_of_the_pool() {
        rig.sql.execute("CREATE SCHEMA IF NOT EXISTS helpers");
        rig.sql.execute(
                "CREATE OR REPLACE FUNCTION helpers.shout(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.upper($1)'");
        rig.dataSource.onOpen("SET search_path TO helpers");
        var projector = rig.start(Projection.of("tallies", 1)
                .statements(TallyTable.TALLY)
                .on(
                        Deposited.class,
                        (sql, event, logged) -> sql.execute(
                                "INSERT INTO {0} (kind) VALUES (shout('d') || current_setting('search_path'))",
                                TallyTable.TALLY))
                .build());
        rig.append(new Deposited("a1", "1"));

        assertGoesOn(projector);
        assertThat(rig.rowsOf("tally")).containsExactly("(Dhelpers,0,)");
    }

    @Test
    void a_server_that_is_read_only_for_a_while_is_tried_again() {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        rig.dataSource.onOpen("SET default_transaction_read_only = on");
        rig.append(new Deposited("a1", "1"));
        ProjectorRig.awaitState(projector, "tallies", RunState.RETRYING);

        rig.dataSource.onOpen("SET default_transaction_read_only = off");

        assertGoesOn(projector);
    }

    @Test
    void a_lost_answer_to_a_commit_that_has_no_code_is_asked_for_and_not_applied_twice() {
        var projector = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        var once = new AtomicBoolean();
        rig.dataSource.onCommit(connection -> {
            connection.commit();
            if (once.compareAndSet(false, true)) {
                throw new SQLException("Connection is closed");
            }
        });
        rig.append(new Deposited("a1", "1"), new Deposited("a1", "1"), new Deposited("a1", "1"));
        rig.append(new Deposited("a1", "1"));

        assertGoesOn(projector);
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,5,5)");
    }

    @Test
    void a_statement_of_a_handler_that_is_cancelled_is_tried_again() {
        var cancelled = new AtomicBoolean();
        var projector = rig.start(Projection.of("tallies", 1)
                .statements(TallyTable.TALLY)
                .on(Deposited.class, (sql, event, logged) -> {
                    if (cancelled.compareAndSet(false, true)) {
                        sql.execute("SET LOCAL statement_timeout = 1");
                        sql.fetch("SELECT pg_sleep(10)");
                    }
                    sql.insertInto(TallyTable.TALLY)
                            .set(TallyTable.TALLY.kind, "d" + logged.position())
                            .execute();
                })
                .build());
        rig.append(new Deposited("a1", "1"));

        assertGoesOn(projector);
        assertThat(rig.rowsOf("tally")).containsExactly("(d1,0,)");
    }

    @Test
    void what_the_server_refuses_only_at_the_commit_is_the_events_fault() {
        var deferred = Accounts.withSql(Tallies.projection(), 1, """
                CREATE TABLE tally (
                  kind text PRIMARY KEY,
                  times bigint NOT NULL DEFAULT 0,
                  last_position bigint,
                  UNIQUE (times) DEFERRABLE INITIALLY DEFERRED
                );""");
        var projector = rig.start(deferred);
        rig.append(new Deposited("a1", "1"), new AccountEvent.Renamed("a1", "x"));

        assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.STOPPED)
                        .message())
                .contains("at position 2", "violates unique constraint");
        rig.dataSource.onCommit(Connection::commit);
    }
}
