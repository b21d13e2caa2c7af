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

    private static void insert(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("INSERT INTO done VALUES ('it')");
        }
    }

    private static String rows() throws SQLException {
        return Sql.value(database.dataSource(), "SELECT count(*) FROM done");
    }
}
