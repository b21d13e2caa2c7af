package dev.afterimage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlStatesTest {

    @ParameterizedTest
    @CsvSource({
        "08006, true", // connection lost
        "25006, true", // the server is read-only, as after a failover
        "25P03, true", // idle in transaction for too long
        "28P01, true", // wrong password, as while it is being changed
        "28000, true", // the role may not log in, as while it is being changed
        "40001, true", // serialization failure
        "40003, true", // the outcome of the commit is unknown
        "40P01, true", // deadlock
        "53100, true", // disk full
        "53300, true", // too many connections
        "55P03, true", // lock time-out
        "57014, true", // cancelled by somebody or by a statement time-out
        "57P01, true", // server shuts down
        "57P03, true", // server starts
        "58030, true", // input or output error
        "22003, false", // number out of range
        "23505, false", // unique violation
        "42P01, false", // no such table
        "P0001, false", // raised by a trigger
    })
    void whether_trying_again_can_help_is_told_by_the_code(String sqlState, boolean isTransient) {
        var failure = new DatabaseException("working", new SQLException("it failed", sqlState));

        assertThat(SqlStates.of(failure)).isEqualTo(sqlState);
        assertThat(SqlStates.isTransient(new IllegalStateException(failure))).isEqualTo(isTransient);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22003", "22P02", "22021", "23502", "23505", "23514", "P0001"})
    void values_that_do_not_fit_a_violated_constraint_and_a_triggers_refusal_are_data_errors(String sqlState) {
        assertThat(SqlStates.isDataError(new IllegalStateException(new SQLException("it failed", sqlState))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "25006", "28P01", "40P01", "42P01", "42501", "53300", "57014", "XX000", "P0002"})
    void everything_else_comes_from_around_the_statement(String sqlState) {
        assertThat(SqlStates.isDataError(new SQLException("it failed", sqlState)))
                .isFalse();
    }

    @Test
    void what_made_a_transaction_fail_is_the_code_of_all_that_follows() {
        var first = new SQLException("duplicate key", "23505");
        var next = new SQLException("current transaction is aborted", "25P02", first);

        assertThat(SqlStates.of(new DatabaseException("working", next))).isEqualTo("23505");
        assertThat(SqlStates.of(new SQLException("current transaction is aborted", "25P02")))
                .isEqualTo("25P02");
    }

    @Test
    void a_pool_that_gives_no_connection_in_time_is_transient_although_it_has_no_code() {
        var timeout = new DatabaseException("working", new SQLTransientConnectionException("timed out after 30000ms"));

        assertThat(SqlStates.of(timeout)).isNull();
        assertThat(SqlStates.isTransient(timeout)).isTrue();
        assertThat(SqlStates.isDataError(timeout)).isFalse();
    }

    @Test
    void a_wrapper_without_a_code_does_not_hide_the_code_of_its_cause() {
        var wrapped = new SQLException("batch failed", new SQLException("duplicate key", "23505"));

        assertThat(SqlStates.of(wrapped)).isEqualTo("23505");
        assertThat(SqlStates.isDataError(wrapped)).isTrue();
        assertThat(SqlStates.isTransient(wrapped)).isFalse();
    }

    @Test
    void a_failure_that_is_not_of_a_database_is_neither() {
        assertThat(SqlStates.of(new IllegalStateException())).isNull();
        assertThat(SqlStates.isTransient(new IllegalStateException())).isFalse();
        assertThat(SqlStates.isDataError(new IllegalStateException())).isFalse();
    }
}
