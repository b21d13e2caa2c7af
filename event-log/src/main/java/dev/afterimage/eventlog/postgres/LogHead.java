package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.Position;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Where the log says it ends, compared with where it ends indeed. */
record LogHead(Position position, long generation) {

    static final String SELECT = """
            SELECT head.position, head.generation, (SELECT max(position) FROM afterimage.event_log)
            FROM afterimage.log_head AS head WHERE head.partition = 0""";

    static LogHead read(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(SELECT)) {
            return read(rows);
        }
    }

    /** From the answer to {@link #SELECT}. */
    static LogHead read(ResultSet rows) throws SQLException {
        if (!rows.next()) {
            throw missing();
        }
        requireEnd(rows.getLong(1), rows.getLong(3));
        return new LogHead(new Position(rows.getLong(1)), rows.getLong(2));
    }

    /** @param last the last position that there is; 0 if there is none */
    static void requireEnd(long head, long last) {
        if (head != last) {
            throw new LogDamagedException("its head says that it ends at position %d, and %s"
                    .formatted(head, last == 0 ? "there are no events" : "the last event is at " + last));
        }
    }

    static LogDamagedException missing() {
        return new LogDamagedException("the row of table afterimage.log_head that says where it ends is missing");
    }
}
