package dev.afterimage.relay;

import java.sql.SQLException;
import java.util.List;

/** What the log's tables held at a moment, and the way back there, as by restoring a backup of the log alone. */
record LogCopy(RelayRig rig) {

    private static final List<String> TABLES =
            List.of("event_log", "log_head", "log_source", "log_correction", "skipped_event");

    static LogCopy of(RelayRig rig) throws SQLException {
        var copy = new StringBuilder("DROP SCHEMA IF EXISTS copied CASCADE; CREATE SCHEMA copied;");
        for (var table : TABLES) {
            copy.append("CREATE TABLE copied.%1$s AS TABLE afterimage.%1$s;".formatted(table));
        }
        rig.execute(copy.toString());
        return new LogCopy(rig);
    }

    void restore() throws SQLException {
        var restore = new StringBuilder("BEGIN; LOCK TABLE afterimage.log_source IN EXCLUSIVE MODE;");
        for (var table : TABLES) {
            restore.append(
                    "DELETE FROM afterimage.%1$s; INSERT INTO afterimage.%1$s TABLE copied.%1$s;".formatted(table));
        }
        rig.execute(restore.append("COMMIT").toString());
    }
}
