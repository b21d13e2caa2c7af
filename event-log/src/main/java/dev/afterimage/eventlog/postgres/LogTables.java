package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.LogDamagedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Whether everything is there that the migrations made. */
final class LogTables {

    private static final List<String> TABLES =
            List.of("event_log", "log_head", "log_source", "log_correction", "skipped_event", "relay_status");

    private LogTables() {}

    /** Looks for each table, then whether the log ends where its head says. */
    static LogHead check(Connection connection) throws SQLException {
        var missing = new ArrayList<String>();
        try (var statement = connection.prepareStatement("SELECT to_regclass(?) IS NULL")) {
            for (var table : TABLES) {
                statement.setString(1, "afterimage." + table);
                try (var rows = statement.executeQuery()) {
                    if (rows.next() && rows.getBoolean(1)) {
                        missing.add("afterimage." + table);
                    }
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new LogDamagedException("of its tables %s are missing".formatted(String.join(", ", missing)));
        }
        return LogHead.read(connection);
    }
}
