package dev.afterimage.eventlog.postgres;

import static dev.afterimage.eventlog.Events.append;
import static dev.afterimage.eventlog.Events.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.EventId;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.Phantoms;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.postgres.BlockedException;
import dev.afterimage.postgres.Bounds;
import dev.afterimage.postgres.DatabaseException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** The log on a pool whose connections others use as well. */
class UsersPoolTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private LogRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new LogRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT FROM afterimage.log_head FOR UPDATE",
                "UPDATE afterimage.log_source SET bookmark = 'secret'",
                "LOCK TABLE afterimage.event_log IN SHARE MODE"
            })
    void an_append_that_somebody_blocks_fails_soon_and_names_who_it_is(String held) throws Exception {
        try (var holder = database.connect();
                var statement = holder.createStatement();
                var impatient = PostgresEventLog.open(
                        database.dataSource(), Bounds.defaults().withLock(Duration.ofMillis(200)))) {
            var appender = impatient.sources().claim("a");
            statement.execute("SET application_name = 'an editor'");
            holder.setAutoCommit(false);
            statement.execute(held);

            assertThatThrownBy(() -> append(appender, named("a#1"), "b"))
                    .isInstanceOf(BlockedException.class)
                    .hasMessageContaining("appending 1 events of a failed: a lock was not given in time")
                    .hasMessageContaining(
                            "pid " + holder.unwrap(PGConnection.class).getBackendPID() + " (an editor as ")
                    .hasMessageContaining(held.substring(0, held.indexOf(' ')) + " began")
                    .hasMessageNotContaining("secret");
            holder.rollback();
            append(appender, named("a#1"), "b");
        }
        assertThat(rig.logged()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT FROM afterimage.log_head FOR UPDATE",
                "UPDATE afterimage.log_source SET bookmark = 'secret'",
                "LOCK TABLE afterimage.event_log IN SHARE MODE"
            })
    void a_repair_that_somebody_blocks_says_who_it_is_and_goes_on_when_he_has_let_go(String held) throws Exception {
        var notes = new LinkedBlockingQueue<String>();
        try (var holder = database.connect();
                var statement = holder.createStatement();
                var reconciliation = rig.log.sources().reconcile("a", notes::add)) {
            reconciliation.known(List.<EventId>of().iterator());
            statement.execute("SET application_name = 'an editor'");
            holder.setAutoCommit(false);
            statement.execute(held);
            var finished = CompletableFuture.supplyAsync(
                    () -> reconciliation.finish(SourceMark.of("reconciled"), Phantoms.REFUSE));

            assertThat(notes.poll(1, TimeUnit.MINUTES))
                    .contains("correcting the log for source a waits for a lock")
                    .contains("pid " + holder.unwrap(PGConnection.class).getBackendPID() + " (an editor as ")
                    .doesNotContain("secret");
            holder.rollback();
            assertThat(finished.get(1, TimeUnit.MINUTES).added()).isZero();
        }
        assertThat(rig.log.sources().bookmark("a")).contains("reconciled");
    }

    @Test
    void a_repair_that_cannot_begin_gives_its_connection_back() throws Exception {
        rig.execute("REVOKE TEMPORARY ON DATABASE %s FROM PUBLIC".formatted(database.name()));
        rig.execute("CREATE ROLE without_temp");
        rig.execute("GRANT USAGE ON SCHEMA afterimage TO without_temp");
        rig.execute("GRANT ALL ON ALL TABLES IN SCHEMA afterimage TO without_temp");
        var pool = new PGSimpleDataSource();
        pool.setUrl(database.jdbcUrlFor("without_temp"));
        try (var log = PostgresEventLog.open(pool)) {
            assertThatThrownBy(() -> log.sources().reconcile("a", note -> {}))
                    .isInstanceOfSatisfying(
                            DatabaseException.class,
                            e -> assertThat(e.sqlState()).isEqualTo("42501"));
            assertThat(openTransactions()).isZero();
        } finally {
            rig.execute("DROP OWNED BY without_temp");
            rig.execute("DROP ROLE without_temp");
        }
    }

    private static long openTransactions() throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'")) {
            row.next();
            return row.getLong(1);
        }
    }
}
