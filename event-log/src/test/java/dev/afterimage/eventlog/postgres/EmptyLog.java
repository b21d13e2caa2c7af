package dev.afterimage.eventlog.postgres;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.SQLException;

/** The log's tables, without rows. */
final class EmptyLog {

    private EmptyLog() {}

    static void in(FreshDatabase database) throws SQLException {
        PostgresEventLog.migrations().apply(database.dataSource());
        execute(database, """
                TRUNCATE afterimage.event_log, afterimage.log_source, afterimage.log_correction,
                  afterimage.skipped_event, afterimage.relay_status""");
        execute(database, "UPDATE afterimage.log_head SET position = 0, generation = 0");
    }

    static void execute(FreshDatabase database, String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
