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

    private static final String SCHEMA = "CREATE SCHEMA IF NOT EXISTS afterimage";
    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS afterimage.schema_history (
              store text NOT NULL,
              version integer NOT NULL,
              file_name text NOT NULL,
              checksum text NOT NULL,
              applied_at timestamptz NOT NULL DEFAULT now(),
              needs integer,
              PRIMARY KEY (store, version)
            )""";
    // The history of the first version did not have it.
    private static final String NEEDS = "ALTER TABLE afterimage.schema_history ADD COLUMN IF NOT EXISTS needs integer";
    private static final String RECORD = """
            INSERT INTO afterimage.schema_history (store, version, file_name, checksum, needs)
            VALUES (%s, %s, %s, %s, %s)""";

    private final String store;
    private final TreeMap<Integer, Applied> applied = new TreeMap<>();

    private SchemaHistory(String store) {
        this.store = store;
    }

    /** Makes what is missing, and asks for no privilege to make what is there. */
    static void create(Connection connection) throws SQLException {
        if (!holds(connection, "pg_catalog.to_regnamespace('afterimage'::text) IS NOT NULL")) {
            execute(connection, SCHEMA);
        }
        if (!isThere(connection)) {
            execute(connection, TABLE);
        }
        if (!hasNeeds(connection)) {
            execute(connection, NEEDS);
        }
    }

    /** Empty if nothing was applied yet. */
    static SchemaHistory read(Connection connection, String store) throws SQLException {
        var history = new SchemaHistory(store);
        if (isThere(connection)) {
            history.readRows(connection, hasNeeds(connection) ? "needs" : "NULL::integer");
        }
        return history;
    }

    private void readRows(Connection connection, String needs) throws SQLException {
        var sql = "SELECT version, checksum, %s FROM afterimage.schema_history WHERE store = ?::text".formatted(needs);
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, store);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    applied.put(rows.getInt(1), new Applied(rows.getString(2), rows.getObject(3, Integer.class)));
                }
            }
        }
    }

    private static boolean isThere(Connection connection) throws SQLException {
        return holds(connection, "pg_catalog.to_regclass('afterimage.schema_history'::text) IS NOT NULL");
    }

    private static boolean hasNeeds(Connection connection) throws SQLException {
        return holds(connection, """
                EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attname = 'needs'
                  AND attrelid = pg_catalog.to_regclass('afterimage.schema_history'::text))""");
    }

    private static boolean holds(Connection connection, String condition) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT " + condition)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static void record(Connection connection, String store, Migration migration) throws SQLException {
        var sql = RECORD.formatted("?::text", "?::integer", "?::text", "?::text", "?::integer");
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, store);
            statement.setInt(2, migration.version());
            statement.setString(3, migration.fileName());
            statement.setString(4, migration.checksum());
            statement.setInt(5, migration.needs());
            statement.executeUpdate();
        }
    }

    /** What {@link #create} does, as text. */
    static String script() {
        return "%s;\n%s;\n%s;\n".formatted(SCHEMA, TABLE, NEEDS);
    }

    /** What {@link #record} does, as text. */
    static String script(String store, Migration migration) {
        return RECORD.formatted(
                        "'" + store + "'",
                        migration.version(),
                        "'" + migration.fileName() + "'",
                        "'" + migration.checksum() + "'",
                        migration.needs())
                + ";\n";
    }

    @Nullable
    String checksum(int version) {
        var file = applied.get(version);
        return file == null ? null : file.checksum();
    }

    boolean has(Migration migration) {
        return applied.containsKey(migration.version());
    }

    void refuseTooOldFor(Iterable<Migration> wanted) {
        if (applied.isEmpty()) {
            throw new MigrationException(
                    store, "the database has no such tables yet: run ./afterimage init on it first");
        }
        for (var migration : wanted) {
            if (!has(migration)) {
                throw new MigrationException(
                        store,
                        "the database has version %d and this code needs %d: run this code's ./afterimage init on it first; nodes of the version before may go on running"
                                .formatted(applied.lastKey(), migration.version()));
            }
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
