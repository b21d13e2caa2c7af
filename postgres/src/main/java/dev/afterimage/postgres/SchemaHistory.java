package dev.afterimage.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which files of a store were applied to a database, and which code may run on it. */
final class SchemaHistory {

    /** @param needs the oldest code that may run beside it, as the last file that it knows; null if it is not known */
    private record Applied(String checksum, @Nullable Integer needs) {}

    private final String store;
    private final TreeMap<Integer, Applied> applied = new TreeMap<>();

    private SchemaHistory(String store) {
        this.store = store;
    }

    /** Empty if nothing was applied yet. */
    static SchemaHistory read(Connection connection, String store) throws SQLException {
        var history = new SchemaHistory(store);
        if (exists(connection, "to_regclass('afterimage.schema_history') IS NOT NULL")) {
            history.readRows(connection, hasNeeds(connection) ? "needs" : "NULL::integer");
        }
        return history;
    }

    private void readRows(Connection connection, String needs) throws SQLException {
        var sql = "SELECT version, checksum, %s FROM afterimage.schema_history WHERE store = ?".formatted(needs);
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, store);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    applied.put(rows.getInt(1), new Applied(rows.getString(2), rows.getObject(3, Integer.class)));
                }
            }
        }
    }

    /** The history of the first version did not have the column. */
    static void addNeeds(Connection connection) throws SQLException {
        if (!hasNeeds(connection)) {
            try (var statement = connection.createStatement()) {
                statement.execute("ALTER TABLE afterimage.schema_history ADD COLUMN needs integer");
            }
        }
    }

    private static boolean hasNeeds(Connection connection) throws SQLException {
        return exists(connection, """
                EXISTS (SELECT FROM pg_catalog.pg_attribute
                  WHERE attrelid = to_regclass('afterimage.schema_history') AND attname = 'needs')""");
    }

    private static boolean exists(Connection connection, String condition) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT " + condition)) {
            return row.next() && row.getBoolean(1);
        }
    }

    @Nullable
    String checksum(int version) {
        var file = applied.get(version);
        return file == null ? null : file.checksum();
    }

    void refuseTooOldFor(int known) {
        if (applied.isEmpty()) {
            throw new MigrationException(
                    store, "the database has no such tables yet: run ./afterimage init on it first");
        }
        if (applied.lastKey() < known) {
            throw new MigrationException(
                    store,
                    "the database has version %d and this code needs %d: run this code's ./afterimage init on it first; nodes of the version before may go on running"
                            .formatted(applied.lastKey(), known));
        }
    }

    /** Newer files are all right as long as each says that code as old as this may run on what it makes. */
    void refuseTooNewFor(int known) {
        tooNewFor(known).ifPresent(needed -> {
            throw new MigrationException(
                    store,
                    "the database has version %d, which needs code that knows %s, and this code knows up to %d: run newer code"
                            .formatted(applied.lastKey(), needed, known));
        });
    }

    private Optional<String> tooNewFor(int known) {
        return applied.tailMap(known, false).entrySet().stream()
                .map(Map.Entry::getValue)
                .map(file -> file.needs() == null ? Integer.MAX_VALUE : file.needs())
                .filter(needs -> needs > known)
                .max(Comparator.naturalOrder())
                .map(needs -> needs == Integer.MAX_VALUE ? "it" : "version " + needs);
    }
}
