package dev.afterimage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.io.EOFException;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a failure says for people never says what rows hold. */
class CauseTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final String REFUSED = "ERROR: duplicate key value violates unique constraint \"person_pkey\"";

    /** A connection of a user's, whose driver quotes rows. */
    private static Connection connect() throws SQLException {
        var connection = DriverManager.getConnection(database.jdbcUrl());
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE person (email text PRIMARY KEY)");
            statement.execute("INSERT INTO person VALUES ('jane@example.org')");
        }
        return connection;
    }

    private static SQLException alone() throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            return catchThrowableOfType(
                    SQLException.class, () -> statement.execute("INSERT INTO person VALUES ('jane@example.org')"));
        }
    }

    private static SQLException batched() throws SQLException {
        try (var connection = connect();
                var statement = connection.prepareStatement("INSERT INTO person VALUES (?)")) {
            statement.setString(1, "jane@example.org");
            statement.addBatch();
            return catchThrowableOfType(BatchUpdateException.class, statement::executeBatch);
        }
    }

    @Test
    void the_driver_alone_quotes_rows() throws SQLException {
        assertThat(alone().getMessage()).contains("Key (email)=(jane@example.org)");
        assertThat(batched().getMessage()).contains("jane@example.org");
    }

    @Test
    void what_the_server_said_is_said_without_its_details() throws SQLException {
        assertThat(Cause.describe(alone())).isEqualTo(REFUSED);
        assertThat(Cause.describe(batched())).isEqualTo(REFUSED);
    }

    @Test
    void what_others_repeat_of_it_is_repeated_without_the_details() throws SQLException {
        var alone = alone();
        var batched = batched();

        assertThat(Cause.describe(new IllegalStateException(alone)))
                .isEqualTo("org.postgresql.util.PSQLException: " + REFUSED);
        assertThat(Cause.describe(new IllegalStateException("inserting: " + batched.getMessage(), batched)))
                .isEqualTo("inserting: " + REFUSED);
        assertThat(Cause.describe(
                        new RuntimeException("outer", new IOException("inner: " + alone.getMessage(), alone))))
                .isEqualTo("java.lang.RuntimeException: outer: " + REFUSED);
    }

    @Test
    void a_connection_that_ends_without_a_word_is_called_closed() {
        assertThat(Cause.describe(new IllegalStateException("the stream ended", new EOFException())))
                .isEqualTo("the stream ended: the server closed the connection");
    }

    @Test
    void the_text_of_a_statement_which_may_hold_values_is_left_out() throws SQLException {
        var alone = alone();

        assertThat(Cause.describe(new IllegalStateException(
                        "SQL [insert into person values ('jane@example.org')]; " + alone.getMessage(), alone)))
                .isEqualTo(REFUSED);
    }

    @Test
    void other_failures_say_what_was_tried_and_why_it_failed() {
        assertThat(Cause.describe(new IllegalStateException("nothing works"))).isEqualTo("nothing works");
        assertThat(Cause.describe(new NullPointerException("null"))).isEqualTo("java.lang.NullPointerException: null");
        assertThat(Cause.describe(new StackOverflowError())).isEqualTo("java.lang.StackOverflowError");
        assertThat(Cause.describe(new IllegalStateException("looking", new SQLException("no connection"))))
                .isEqualTo("looking: no connection");
        assertThatThrownBy(() -> {
                    throw new IllegalStateException("a", new IOException((String) null));
                })
                .satisfies(failure -> assertThat(Cause.describe(failure)).isEqualTo("a: java.io.IOException"));
    }
}
