package dev.afterimage.projector;

import java.util.List;

/** What the log's tables held at a moment, and the way back there, as by restoring a backup of the log alone. */
record LogCopy(ProjectorRig rig) {

    private static final List<String> TABLES = List.of("event_log", "log_head", "log_source", "log_correction");

    static LogCopy of(ProjectorRig rig) {
        rig.sql.execute("DROP SCHEMA IF EXISTS copied CASCADE");
        rig.sql.execute("CREATE SCHEMA copied");
        TABLES.forEach(table -> rig.sql.execute("CREATE TABLE copied.%1$s AS TABLE afterimage.%1$s".formatted(table)));
        return new LogCopy(rig);
    }

    void restore() {
        rig.sql.transaction(transaction -> TABLES.forEach(table -> {
            transaction.dsl().execute("DELETE FROM afterimage." + table);
            transaction.dsl().execute("INSERT INTO afterimage.%1$s TABLE copied.%1$s".formatted(table));
        }));
    }
}
