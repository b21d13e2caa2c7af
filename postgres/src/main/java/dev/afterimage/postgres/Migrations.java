package dev.afterimage.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store's tables as numbered SQL files in its jar, each applied once, in the schema {@code afterimage}. Safe when
 * several nodes start at once. The file names are Flyway's, so a team can apply the same files with its own tool.
 */
public final class Migrations {

    /** The schema of everything that is ours. */
    public static final String SCHEMA = "afterimage";

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final long LOCK = 0x61667465725F696DL;

    private final String store;
    private final List<Migration> migrations;

    private Migrations(String store, List<Migration> migrations) {
        this.store = store;
        this.migrations = migrations;
    }

    /** The files {@code names}, read beside the class {@code owner} as resources of {@code /db/afterimage/<store>/}. */
    public static Migrations of(String store, Class<?> owner, String... names) {
        var migrations = Stream.of(names)
                .map(name -> Migration.of(name, read(owner, "/db/afterimage/%s/%s".formatted(store, name))))
                .sorted(Comparator.comparingInt(Migration::version))
                .toList();
        return new Migrations(store, migrations);
    }

    private static String read(Class<?> owner, String resource) {
        try (var in = owner.getResourceAsStream(resource)) {
            return new String(
                    Objects.requireNonNull(in, () -> "no resource " + resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Applies what is missing, all in one transaction. Idempotent.
     *
     * @throws MigrationException if an applied file has another text now, or the database is newer than this code
     * @throws DatabaseException if a statement fails; nothing is applied then
     */
    public void apply(DataSource dataSource) {
        new Transactions(dataSource).inOne("migrating the " + store, connection -> {
            lock(connection);
            createHistory(connection);
            var applied = applied(connection);
            refuseNewer(applied);
            for (var migration : migrations) {
                applyOnce(connection, migration, applied.get(migration.version()));
            }
            return null;
        });
    }

    /** The SQL of every file in order, for teams that apply it themselves. */
    public String script() {
        return String.join("\n", migrations.stream().map(Migration::sql).toList());
    }

    private static void lock(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
            statement.setLong(1, LOCK);
            statement.execute();
        }
    }

    private static void createHistory(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS afterimage");
            statement.execute("""
                    CREATE TABLE IF NOT EXISTS afterimage.schema_history (
                      store text NOT NULL,
                      version integer NOT NULL,
                      file_name text NOT NULL,
                      checksum text NOT NULL,
                      applied_at timestamptz NOT NULL DEFAULT now(),
                      PRIMARY KEY (store, version)
                    )""");
        }
    }

    private Map<Integer, String> applied(Connection connection) throws SQLException {
        var sql = "SELECT version, checksum FROM afterimage.schema_history WHERE store = ?";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, store);
            try (var rows = statement.executeQuery()) {
                var checksums = new HashMap<Integer, String>();
                while (rows.next()) {
                    checksums.put(rows.getInt(1), rows.getString(2));
                }
                return checksums;
            }
        }
    }

    private void refuseNewer(Map<Integer, String> applied) {
        var known = migrations.getLast().version();
        applied.keySet().stream()
                .filter(version -> version > known)
                .max(Integer::compare)
                .ifPresent(version -> {
                    throw new MigrationException(
                            store,
                            "the database has version %d and this code knows up to %d: run newer code"
                                    .formatted(version, known));
                });
    }

    private void applyOnce(Connection connection, Migration migration, @Nullable String applied) throws SQLException {
        if (applied == null) {
            execute(connection, migration);
            LOG.info("{}: applied {}", store, migration.fileName());
        } else if (!applied.equals(migration.checksum())) {
            throw new MigrationException(
                    store,
                    "%s was applied with another text (checksum %.8s… then, %.8s… now): never edit an applied file, add the next"
                            .formatted(migration.fileName(), applied, migration.checksum()));
        }
    }

    private void execute(Connection connection, Migration migration) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET LOCAL search_path TO afterimage");
            statement.execute(migration.sql());
        }
        var sql = """
                INSERT INTO afterimage.schema_history (store, version, file_name, checksum) VALUES (?, ?, ?, ?)""";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, store);
            statement.setInt(2, migration.version());
            statement.setString(3, migration.fileName());
            statement.setString(4, migration.checksum());
            statement.executeUpdate();
        }
    }
}
