package dev.afterimage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

class TransactionsTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @BeforeEach
    void anEmptyTable() throws SQLException {
        Sql.execute(database.dataSource(), "DROP TABLE IF EXISTS done; CREATE TABLE done (what text)");
    }

    @Test
    void work_that_returns_is_committed() throws Exception {
        var result = new Transactions(database.dataSource()).inOne("working", connection -> {
            insert(connection);
            return 7;
        });

        assertThat(result).isEqualTo(7);
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void work_that_throws_is_rolled_back_and_its_failure_is_the_one_that_is_seen() throws Exception {
        assertThatThrownBy(() -> new Transactions(database.dataSource()).inOne("working", connection -> {
                    insert(connection);
                    throw new IllegalStateException("changed my mind");
                }))
                .hasMessage("changed my mind");
        assertThat(rows()).isEqualTo("0");
    }

    @Test
    void a_failing_statement_names_the_attempt_and_keeps_the_code() throws Exception {
        assertThatThrownBy(() -> new Transactions(database.dataSource()).inOne("working", connection -> {
                    insert(connection);
                    return connection.createStatement().execute("SELECT 1 / 0");
                }))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.sqlState()).isEqualTo("22012"))
                .hasMessage("working failed: ERROR: division by zero");
        assertThat(rows()).isEqualTo("0");
    }

    /** PostgreSQL's details quote rows, and a row may hold personal data. */
    @Test
    void the_message_of_a_failure_has_nothing_of_the_row() {
        assertThatThrownBy(
                        () -> new Transactions(database.dataSource())
                                .inOne(
                                        "working",
                                        connection -> connection
                                                .createStatement()
                                                .execute(
                                                        "ALTER TABLE public.done ADD UNIQUE (what); INSERT INTO public.done VALUES ('ann'), ('ann')")))
                .hasMessageStartingWith("working failed: ERROR: duplicate key value violates unique constraint")
                .hasMessageNotContaining("ann");
    }

    @Test
    void a_connection_that_dies_in_the_middle_is_reported_by_the_statement_that_failed() {
        assertThatThrownBy(() -> new Transactions(database.dataSource()).inOne("working", connection -> {
                    insert(connection);
                    return connection
                            .createStatement()
                            .execute("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(10)");
                }))
                .isInstanceOfSatisfying(DatabaseException.class, e -> {
                    assertThat(e.sqlState()).isEqualTo("57P01");
                    assertThat(SqlStates.isTransient(e)).isTrue();
                });
    }

    @Test
    void a_connection_goes_back_to_its_pool_in_auto_commit_after_success_and_after_failure() throws Exception {
        try (var connection = database.connect()) {
            var pool = new Transactions(new SameConnection(connection));

            pool.inOne("working", work -> work.getAutoCommit());
            assertThat(connection.getAutoCommit()).isTrue();
            assertThatThrownBy(() ->
                            pool.inOne("working", work -> work.createStatement().execute("oops")))
                    .isInstanceOf(DatabaseException.class);
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    @Test
    void a_pool_whose_connections_are_read_only_repeatable_and_without_auto_commit_works_and_gets_them_back_so()
            throws Exception {
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.commit();
            var pool = new Transactions(new SameConnection(connection));

            pool.inOne("working", work -> {
                insert(work);
                return null;
            });
            assertThat(pool.<String>inOne("asking", work -> isolation(work))).isEqualTo("read committed");
            assertThat(pool.<String>reading("asking", work -> isolation(work))).isEqualTo("read committed");

            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(connection.isReadOnly()).isTrue();
            assertThat(isolation(connection)).isEqualTo("repeatable read");
        }
        assertThat(rows()).isEqualTo("1");
    }

    @Test
    void a_default_isolation_of_the_database_does_not_reach_our_transactions() throws Exception {
        Sql.execute(
                database.dataSource(),
                "ALTER DATABASE %s SET default_transaction_isolation = 'serializable'".formatted(database.name()));
        try {
            assertThat(new Transactions(database.dataSource()).<String>inOne("asking", work -> isolation(work)))
                    .isEqualTo("read committed");
        } finally {
            Sql.execute(
                    database.dataSource(),
                    "ALTER DATABASE %s RESET default_transaction_isolation".formatted(database.name()));
        }
    }

    @Test
    void a_read_does_not_leave_a_transaction_open_in_a_pool_with_auto_commit_off() throws Exception {
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            new Transactions(new SameConnection(connection)).reading("asking", work -> isolation(work));

            assertThat(
                            Sql.value(
                                    database.dataSource(),
                                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"))
                    .isEqualTo("0");
        }
    }

    /** Each of these would be called if the path of the role were ours. */
    @Test
    void what_somebody_made_under_a_name_of_postgresql_is_not_called_whatever_the_path_is() throws Exception {
        Sql.execute(database.dataSource(), """
                CREATE SCHEMA hostile;
                CREATE FUNCTION hostile.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT '1999-01-01Z'::timestamptz $$;
                CREATE FUNCTION hostile.equal(integer, integer) RETURNS boolean LANGUAGE sql AS 'SELECT false';
                CREATE OPERATOR hostile.= (LEFTARG = integer, RIGHTARG = integer, PROCEDURE = hostile.equal)""");
        for (var path : List.of("hostile, pg_catalog", "hostile, public, pg_catalog, pg_temp")) {
            try (var connection = database.connect()) {
                Sql.execute(new SameConnection(connection), "SET search_path TO " + path);
                var pool = new Transactions(new SameConnection(connection));

                assertThat(pool.<String>inOne("asking", work -> value(work, "SELECT now() > '2020-01-01Z' AND 1 = 1")))
                        .isEqualTo("t");
                assertThat(pool.<String>inOne("asking", work -> {
                            OwnSettings.callersPath(work);
                            return value(work, "SHOW search_path");
                        }))
                        .isEqualTo(path);
                assertThat(value(connection, "SHOW search_path")).isEqualTo(path);
            }
        }
    }

    @Test
    void time_outs_are_ours_and_the_pools_are_given_back() throws Exception {
        try (var connection = database.connect()) {
            Sql.execute(new SameConnection(connection), "SET statement_timeout = '30s'; SET lock_timeout = 1");
            connection.setNetworkTimeout(Runnable::run, 700_000);
            var pool = new Transactions(new SameConnection(connection));

            assertThat(pool.<String>inOne("asking", work -> value(work, "SHOW statement_timeout")))
                    .isEqualTo("1min");
            assertThat(pool.<String>inOne("asking", work -> value(work, "SHOW lock_timeout")))
                    .isEqualTo("10s");
            assertThat(pool.<Integer>inOne("asking", Connection::getNetworkTimeout))
                    .isEqualTo(75_000);
            assertThat(pool.within(Bounds.none()).<Integer>inOne("asking", Connection::getNetworkTimeout))
                    .isZero();

            assertThat(connection.getNetworkTimeout()).isEqualTo(700_000);
            assertThat(value(connection, "SHOW lock_timeout")).isEqualTo("1ms");
        }
    }

    @Test
    void a_statement_that_takes_too_long_fails_in_a_way_that_trying_again_may_help() {
        var hasty =
                new Transactions(database.dataSource()).within(Bounds.defaults().withStatement(Duration.ofMillis(50)));

        assertThatThrownBy(() -> hasty.inOne("working", work -> value(work, "SELECT pg_sleep(60)")))
                .isInstanceOf(DatabaseException.class)
                .satisfies(e -> assertThat(SqlStates.isTransient(e)).isTrue());
    }

    @Test
    void who_holds_a_lock_that_is_not_given_is_named_without_what_its_statement_says() throws Exception {
        Sql.execute(
                database.dataSource(),
                "CREATE SCHEMA afterimage; CREATE TABLE afterimage.kept (id integer PRIMARY KEY, what text); INSERT INTO afterimage.kept VALUES (1, 'it')");
        try (var holder = database.connect()) {
            holder.setAutoCommit(false);
            Sql.execute(new SameConnection(holder), "SET application_name = 'an editor'");
            Sql.execute(new SameConnection(holder), "UPDATE afterimage.kept SET what = 'secret'");
            var waiting = new Transactions(database.dataSource())
                    .within(Bounds.defaults().withLock(Duration.ofMillis(100)));

            assertThatThrownBy(() -> waiting.inOne(
                            "working", work -> value(work, "SELECT id FROM afterimage.kept WHERE id = 1 FOR UPDATE")))
                    .isInstanceOfSatisfying(
                            BlockedException.class,
                            e -> assertThat(e.sqlState()).isEqualTo("55P03"))
                    .hasMessageContaining(
                            "pid " + holder.unwrap(PGConnection.class).getBackendPID())
                    .hasMessageContainingAll("an editor as ", "idle in transaction", "its last statement UPDATE began")
                    .hasMessageNotContaining("secret");
            holder.rollback();
            assertThat(waiting.<String>inOne(
                            "working", work -> value(work, "SELECT id FROM afterimage.kept WHERE id = 1 FOR UPDATE")))
                    .isEqualTo("1");
        }
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static String isolation(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SHOW transaction_isolation")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void insert(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("INSERT INTO public.done VALUES ('it')");
        }
    }

    private static String rows() throws SQLException {
        return Sql.value(database.dataSource(), "SELECT count(*) FROM done");
    }
}
