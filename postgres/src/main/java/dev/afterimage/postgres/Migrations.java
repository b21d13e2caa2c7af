package dev.afterimage.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
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
     * @throws MigrationException if an applied file has another text now, or the database is too new for this code
     * @throws DatabaseException if a statement fails; nothing is applied then
     */
    public void apply(DataSource dataSource) {
        new Transactions(dataSource).inOne("migrating the " + store, connection -> {
            lock(connection);
            createHistory(connection);
            var history = SchemaHistory.read(connection, store);
            history.refuseTooNewFor(known());
            for (var migration : migrations) {
                applyOnce(connection, migration, history.checksum(migration.version()));
            }
            return null;
        });
    }

    /**
     * For code that runs on tables and does not make them: looks whether it may.
     *
     * @throws MigrationException if the tables are not there, are too old or too new for this code
     */
    public void requireFit(DataSource dataSource) {
        new Transactions(dataSource).reading("looking for the tables of the " + store, connection -> {
            var history = SchemaHistory.read(connection, store);
            history.refuseTooOldFor(known());
            history.refuseTooNewFor(known());
            return null;
        });
    }

    private int known() {
        return migrations.getLast().version();
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
        SchemaHistory.addNeeds(connection);
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
                INSERT INTO afterimage.schema_history (store, version, file_name, checksum, needs)
                VALUES (?, ?, ?, ?, ?)""";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, store);
            statement.setInt(2, migration.version());
            statement.setString(3, migration.fileName());
            statement.setString(4, migration.checksum());
            statement.setInt(5, migration.needs());
            statement.executeUpdate();
        }
    }
}
