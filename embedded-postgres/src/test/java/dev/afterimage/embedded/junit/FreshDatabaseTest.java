package dev.afterimage.embedded.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FreshDatabaseTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final Duration SHORT = Duration.ofMillis(100);

    @Test
    void a_test_class_has_a_database_of_its_own() throws SQLException {
        try (var connection = database.connect()) {
            assertThat(database.name()).matches("test_\\d+");
            assertThat(connection.getCatalog()).isEqualTo(database.name());
            assertThat(database.jdbcUrl()).contains("/" + database.name());
        }
        database.requireNothingLeft(FreshDatabaseTest.class, Duration.ofSeconds(5));
    }

    @Test
    void a_connection_left_open_is_reported_with_its_last_query() throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("set application_name = 'forgetful'");
            statement.execute("select 'last words'");

            assertThatThrownBy(() -> database.requireNothingLeft(FreshDatabaseTest.class, SHORT))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("FreshDatabaseTest left this behind in database " + database.name())
                    .hasMessageContaining("connection of 'forgetful'")
                    .hasMessageContaining("select 'last words'");
        }
    }

    @Test
    void a_replication_slot_left_behind_is_reported() throws SQLException {
        execute("select pg_create_logical_replication_slot('forgotten', 'pgoutput')");

        assertThatThrownBy(() -> database.requireNothingLeft(FreshDatabaseTest.class, SHORT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("replication slot forgotten (inactive)");

        execute("select pg_drop_replication_slot('forgotten')");
    }

    @Test
    void outside_of_the_tests_there_is_no_database() {
        assertThatThrownBy(() -> new FreshDatabase().name()).hasMessageContaining("@RegisterExtension");
    }

    @Nested
    class InANestedClass {

        @Test
        void the_database_is_the_same() throws SQLException {
            try (var connection = database.connect()) {
                assertThat(connection.getCatalog()).isEqualTo(database.name());
            }
        }
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
