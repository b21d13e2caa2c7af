package dev.afterimage.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store's tables as numbered SQL files in its jar, each applied once, in the schema {@code afterimage}. Safe when
 * several nodes start at once. A team can apply {@link #script} with its own tool instead, or the same files with
 * Flyway if the default schema is {@code afterimage}: what is there already is recorded, not made again.
 */
public final class Migrations {

    /** The schema of everything that is ours. */
    public static final String SCHEMA = "afterimage";

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final long LOCK = 0x61667465725F696DL;
    private static final int OLDEST_SERVER = 15;

    /** What a file says by {@code RAISE WARNING}. */
    private static final String RAISED_WARNING = "01000";

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final String store;
    private final List<Migration> migrations;
    private final Duration longestLock;

    private Migrations(String store, List<Migration> migrations, Duration longestLock) {
        this.store = store;
        this.migrations = migrations;
        this.longestLock = longestLock;
    }

    /**
     * The same for tables that others write all the time: a file waits for a lock no longer than this, because
     * everybody else queues behind it, and is tried again after a pause until it gets the lock.
     */
    public Migrations withLongestLock(Duration longest) {
        return new Migrations(store, migrations, longest);
    }

    /** The files {@code names}, read beside the class {@code owner} as resources of {@code /db/afterimage/<store>/}. */
    public static Migrations of(String store, Class<?> owner, String... names) {
        var migrations = Stream.of(names)
                .map(name -> Migration.of(name, read(owner, "/db/afterimage/%s/%s".formatted(store, name))))
                .sorted(Comparator.comparingInt(Migration::version))
                .toList();
        return new Migrations(store, migrations, Duration.ZERO);
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
     * Applies what is missing, each file in a transaction of its own, so that the locks of one are not held while the
     * next works. Idempotent; needs no privilege to make anything if nothing is missing.
     *
     * @throws MigrationException if an applied file has another text now, a table of an applied file is gone, or the
     *     database or the server does not fit this code
     * @throws DatabaseException if a statement fails; nothing of its file is applied then
     */
    public void apply(DataSource dataSource) {
        var transactions = new Transactions(dataSource, Bounds.none()).alsoBehindReaders(); // an index may take hours
        boolean more = true;
        while (more) {
            more = applyNext(transactions);
        }
    }

    private boolean applyNext(Transactions transactions) {
        for (var pause = FIRST_PAUSE; ; pause = longer(pause)) {
            try {
                return transactions.inOne("migrating the " + store, this::applyNext);
            } catch (BlockedException e) {
                LOG.warn("{}; trying again in {} ms", e.getMessage(), pause.toMillis());
                Pause.before("a lock to migrate the " + store, pause);
            }
        }
    }

    private static Duration longer(Duration pause) {
        var doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** Returns whether more files are missing after the one that was applied. */
    private boolean applyNext(Connection connection) throws SQLException {
        refuseOldServer(connection);
        lock(connection);
        SchemaHistory.create(connection);
        var history = SchemaHistory.read(connection, store);
        history.refuseTooNewFor(known());
        refuseEdited(history);
        var there = SchemaObjects.of(connection);
        refuseMissing(history, there);
        var missing = migrations.stream().filter(file -> !history.has(file)).toList();
        if (!missing.isEmpty()) {
            bring(connection, missing.getFirst(), there);
        }
        return missing.size() > 1;
    }

    /**
     * For code that runs on tables and does not make them: looks whether it may.
     *
     * @throws MigrationException if a table is not there, or the tables are too old or too new for this code
     */
    public void requireFit(DataSource dataSource) {
        new Transactions(dataSource).reading("looking for the tables of the " + store, connection -> {
            refuseMissing(fittingHistory(connection), SchemaObjects.of(connection));
            return null;
        });
    }

    /**
     * The same without a look for each table: for those who look at their tables themselves.
     *
     * @throws MigrationException if the tables were never made, or are too old or too new for this code
     */
    public void requireVersion(DataSource dataSource) {
        new Transactions(dataSource).reading("looking for the version of the " + store, this::fittingHistory);
    }

    /** As {@link #requireVersion(DataSource)}, on a connection that is there. */
    public void requireVersion(Connection connection) throws SQLException {
        fittingHistory(connection);
    }

    private SchemaHistory fittingHistory(Connection connection) throws SQLException {
        refuseOldServer(connection);
        var history = SchemaHistory.read(connection, store);
        history.refuseTooOldFor(migrations);
        history.refuseTooNewFor(known());
        return history;
    }

    private int known() {
        return migrations.getLast().version();
    }

    /**
     * Everything as one script, for teams that apply it themselves, in a transaction or statement by statement: makes
     * the tables in our schema and records them, so that {@link #apply} finds nothing to do.
     */
    public String script() {
        return script(0);
    }

    /** As {@link #script()}, without the files up to a version that are applied already. */
    public String script(int appliedVersion) {
        return migrations.stream()
                .filter(migration -> migration.version() > appliedVersion)
                .map(migration -> migration.statements() + SchemaHistory.script(store, migration))
                .collect(Collectors.joining(
                        "\n",
                        SchemaHistory.script() + "SET search_path TO afterimage, pg_temp;\n\n",
                        "\nRESET search_path;\n"));
    }

    private void refuseOldServer(Connection connection) throws SQLException {
        var server = connection.getMetaData();
        if (server.getDatabaseMajorVersion() < OLDEST_SERVER) {
            throw new MigrationException(
                    store,
                    "PostgreSQL %s is too old: %d or newer is needed, 18 is recommended"
                            .formatted(server.getDatabaseProductVersion(), OLDEST_SERVER));
        }
    }

    private static void lock(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT pg_catalog.pg_advisory_xact_lock(?::bigint)")) {
            statement.setLong(1, LOCK);
            statement.execute();
        }
    }

    private void refuseEdited(SchemaHistory history) {
        for (var migration : migrations) {
            var then = history.checksum(migration.version());
            if (then != null && !then.equals(migration.checksum())) {
                throw new MigrationException(
                        store,
                        "%s was applied with another text (checksum %.8s… then, %.8s… now): never edit an applied file, add the next"
                                .formatted(migration.fileName(), then, migration.checksum()));
            }
        }
    }

    private void refuseMissing(SchemaHistory history, SchemaObjects there) {
        var tables = new TreeSet<String>();
        for (var migration : migrations) {
            if (history.has(migration)) {
                tables.addAll(migration.madeTables());
                tables.removeAll(migration.droppedTables());
            }
        }
        var missing = there.missing(tables);
        if (!missing.isEmpty()) {
            throw new MigrationException(
                    store,
                    "%s %s gone from schema %s although schema_history says that it was made: restore it from a backup; "
                                    .formatted(String.join(", ", missing), missing.size() == 1 ? "is" : "are", SCHEMA)
                            + "if what it held may be lost, drop the store's other tables, "
                            + "DELETE FROM afterimage.schema_history WHERE store = '%s', and run init"
                                    .formatted(store));
        }
    }

    /** Applies a file, or records it if all that it makes is there: somebody's own tool applied it. */
    private void bring(Connection connection, Migration migration, SchemaObjects there) throws SQLException {
        var made = migration.makes();
        var missing = there.missing(made);
        if (!made.isEmpty() && missing.isEmpty()) {
            LOG.info("{}: {} was applied by another tool", store, migration.fileName());
        } else if (missing.size() == made.size()) {
            execute(connection, migration);
            LOG.info("{}: applied {}", store, migration.fileName());
        } else {
            made.removeAll(missing);
            throw new MigrationException(
                    store,
                    "%s seems to be partly applied: %s is there and %s is not; finish it, or drop what is there"
                            .formatted(migration.fileName(), String.join(", ", made), String.join(", ", missing)));
        }
        SchemaHistory.record(connection, store, migration);
    }

    private void execute(Connection connection, Migration migration) throws SQLException {
        try (var statement = connection.createStatement()) {
            if (!longestLock.isZero()) {
                statement.execute("SET LOCAL lock_timeout = " + longestLock.toMillis());
            }
            statement.execute("SET LOCAL search_path TO afterimage, pg_temp");
            statement.execute(migration.sql());
            for (var warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                if (RAISED_WARNING.equals(warning.getSQLState())) {
                    LOG.warn("{}: {}", migration.fileName(), warning.getMessage());
                }
            }
        }
    }
}
