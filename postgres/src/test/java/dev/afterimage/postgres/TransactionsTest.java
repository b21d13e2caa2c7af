package dev.afterimage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
                                                        "ALTER TABLE done ADD UNIQUE (what); INSERT INTO done VALUES ('ann'), ('ann')")))
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
            assertThat(pool.<Boolean>reading("asking", work -> work.getAutoCommit()))
                    .isTrue();

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

    private static String isolation(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SHOW transaction_isolation")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void insert(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("INSERT INTO done VALUES ('it')");
        }
    }

    private static String rows() throws SQLException {
        return Sql.value(database.dataSource(), "SELECT count(*) FROM done");
    }
}
