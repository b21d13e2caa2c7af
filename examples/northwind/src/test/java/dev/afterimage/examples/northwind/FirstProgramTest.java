package dev.afterimage.examples.northwind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The README's first program, on a database that has nothing yet. */
class FirstProgramTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @AfterEach
    void dropSlot() throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                    + " WHERE database = current_database()");
        }
    }

    @Test
    void the_first_program_makes_the_tables_and_shows_what_was_recorded() throws Exception {
        FirstProgram.main(new String[] {database.jdbcUrl()});

        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT company_name FROM read_model.customer_sales")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("Ann's");
        }
    }
}
