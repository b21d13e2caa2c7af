package dev.afterimage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlStatesTest {

    @ParameterizedTest
    @CsvSource({
        "08006, true", // connection lost
        "57P01, true", // server shuts down
        "40P01, true", // deadlock
        "53300, true", // too many connections
        "55P03, true", // lock time-out
        "57014, false", // cancelled by a user or a statement time-out
        "23505, false", // unique violation
        "42P01, false", // no such table
        "28P01, false", // wrong password
    })
    void whether_trying_again_can_help_is_told_by_the_code(String sqlState, boolean isTransient) {
        var failure = new DatabaseException("working", new SQLException("it failed", sqlState));

        assertThat(SqlStates.of(failure)).isEqualTo(sqlState);
        assertThat(SqlStates.isTransient(new IllegalStateException(failure))).isEqualTo(isTransient);
    }

    @Test
    void a_failure_without_a_code_is_not_transient() {
        assertThat(SqlStates.of(new IllegalStateException())).isNull();
        assertThat(SqlStates.isTransient(new SQLException("no code"))).isFalse();
    }
}
