package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import dev.afterimage.readmodels.tables.PlainNames;
import dev.afterimage.readmodels.tables.VersionTables;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** The versions of projections: made beside the active one, switched to in one transaction, dropped when superseded. */
public final class Versions {

    static final String COLUMNS = "projection, version, revision, phase, schema_name, table_names";
    private static final String CHANGED = "afterimage_versions";

    private final DSLContext database;
    private final Checkpoints checkpoints;

    /**
     * Of all versions in this process one is held at a time, so that a small pool has connections for those who wait.
     */
    private final ReentrantLock holding = new ReentrantLock(true);

    Versions(DSLContext database, Checkpoints checkpoints) {
        this.database = database;
        this.checkpoints = checkpoints;
    }

    /** Every version there is, by projection and number. */
    public List<ProjectionVersion> all() {
        return database.resultQuery("SELECT %s FROM afterimage.projection_version ORDER BY 1, 2".formatted(COLUMNS))
                .fetch(Versions::read);
    }

    public List<ProjectionVersion> of(String projection) {
        return of(database, projection);
    }

    static List<ProjectionVersion> of(DSLContext context, String projection) {
        return context.resultQuery(
                        "SELECT %s FROM afterimage.projection_version WHERE projection = ? ORDER BY version"
                                .formatted(COLUMNS),
                        projection)
                .fetch(Versions::read);
    }

    public Optional<ProjectionVersion> active(String projection) {
        return active(database, projection);
    }

    static ProjectionVersion read(Record row) {
        return new ProjectionVersion(
                row.get(0, String.class),
                row.get(1, Integer.class),
                row.get(2, Integer.class),
                VersionPhase.read(row.get(3, String.class)),
                row.get(4, String.class),
                List.of(row.get(5, String[].class)));
    }

    /**
     * The active version for a definition. A projection without any version gets its first one, active at once: there
     * is nothing older to serve.
     *
     * @return empty if the active version is of another revision: build a new one beside it
     * @throws ReadModelException if the definition's SQL changed and its revision did not
     */
    public Optional<ProjectionVersion> openActive(ReadModelDefinition definition) {
        return StoreTransaction.result(database, transaction -> {
            lock(transaction, definition.projection());
            var active = active(transaction, definition.projection());
            if (active.isEmpty()) {
                return Optional.of(create(transaction, definition, VersionPhase.ACTIVE));
            }
            requireUnchanged(transaction, definition);
            return active.filter(version -> version.revision() == definition.revision());
        });
    }

    /**
     * Makes a version beside the active one. What an earlier rebuild left half-built is dropped: other code may have
     * made it.
     */
    public ProjectionVersion openBuilding(ReadModelDefinition definition) {
        dropSuperseded();
        return StoreTransaction.result(database, dsl -> {
            lock(dsl, definition.projection());
            requireUnchanged(dsl, definition);
            of(dsl, definition.projection()).stream()
                    .filter(version -> version.phase() == VersionPhase.BUILDING)
                    .forEach(version -> dropIn(dsl, version));
            return create(dsl, definition, VersionPhase.BUILDING);
        });
    }

    /** Nodes that start at once make a projection's versions one after the other. */
    static void lock(DSLContext transaction, String projection) {
        transaction.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "afterimage projection " + projection);
    }

    static Optional<ProjectionVersion> active(DSLContext context, String projection) {
        return of(context, projection).stream()
                .filter(version -> version.phase() == VersionPhase.ACTIVE)
                .findFirst();
    }

    private static void requireUnchanged(DSLContext transaction, ReadModelDefinition definition) {
        var changed = Single.value(
                transaction.resultQuery("""
                        SELECT count(*) FROM afterimage.projection_version
                        WHERE projection = ? AND revision = ? AND definition_checksum <> ?""", definition.projection(), definition.revision(), definition.checksum()),
                Long.class);
        if (changed > 0) {
            throw new ReadModelException(
                    definition.projection(),
                    "its SQL is not the one that revision %d was built with: raise the revision to %d"
                            .formatted(definition.revision(), definition.revision() + 1));
        }
    }

    private static ProjectionVersion create(
            DSLContext transaction, ReadModelDefinition definition, VersionPhase phase) {
        var tables = new VersionTables(transaction);
        var version = version(definition, phase, nextNumber(transaction, definition.projection()));
        while (!tables.hasFreeNames(version)) {
            version = version(definition, phase, version.number() + 1);
        }
        tables.create(version, definition, active(transaction, definition.projection()));
        var postponed = phase == VersionPhase.BUILDING ? tables.postponeIndexes(version) : List.<String>of();
        insert(transaction, version, definition.checksum(), postponed);
        if (phase == VersionPhase.ACTIVE) {
            new PlainNames(transaction).show(version, Optional.empty());
            notifyChanged(transaction);
        }
        return version;
    }

    private static int nextNumber(DSLContext transaction, String projection) {
        return Single.value(
                transaction.resultQuery(
                        "SELECT coalesce(max(version), 0) + 1 FROM afterimage.projection_version WHERE projection = ?",
                        projection),
                Integer.class);
    }

    private static ProjectionVersion version(ReadModelDefinition definition, VersionPhase phase, int number) {
        return new ProjectionVersion(
                definition.projection(),
                number,
                definition.revision(),
                phase,
                definition.schema(),
                definition.tableNames());
    }

    private static void insert(
            DSLContext transaction, ProjectionVersion version, String checksum, List<String> postponed) {
        transaction.execute(
                """
                INSERT INTO afterimage.projection_version (projection, version, revision, phase, schema_name, table_names,
                  definition_checksum, postponed_indexes, activated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, CASE WHEN ? THEN now() END)""",
                version.projection(),
                version.number(),
                version.revision(),
                version.phase().stored(),
                version.schema(),
                version.tables().toArray(String[]::new),
                checksum,
                postponed.toArray(String[]::new),
                version.phase() == VersionPhase.ACTIVE);
        transaction.execute(
                "INSERT INTO afterimage.checkpoint (projection, version) VALUES (?, ?)",
                version.projection(),
                version.number());
    }

    /** Makes the indexes that were left out while building, and collects statistics. Does nothing the second time. */
    public void finishBuilding(ProjectionVersion version) {
        StoreTransaction.run(database, transaction -> {
            var postponed =
                    Single.value(transaction.resultQuery("""
                            SELECT postponed_indexes FROM afterimage.projection_version
                            WHERE projection = ? AND version = ? FOR UPDATE""", version.projection(), version.number()), String[].class);
            var tables = new VersionTables(transaction);
            tables.makeIndexes(version, List.of(postponed), active(transaction, version.projection()));
            transaction.execute(
                    "UPDATE afterimage.projection_version SET postponed_indexes = '{}' WHERE projection = ? AND version = ?",
                    version.projection(),
                    version.number());
            tables.analyze(version);
        });
    }

    /**
     * Makes a version the active one, for all readers at once, in one short transaction. Idempotent.
     *
     * @param catchUp must bring the version at least to the position it is given, where the active version waits
     */
    public void switchTo(ProjectionVersion next, Consumer<Position> catchUp) {
        new Switch(database, checkpoints, holding).to(next, catchUp);
        dropSuperseded();
    }

    /**
     * Drops versions that nobody can go back to and nobody reads any more; to be called now and then. Never waits long.
     */
    public void dropSuperseded() {
        new Superseded(database).drop();
    }

    /**
     * Compares a version with the active one at the same position, table by table, in one snapshot.
     *
     * @param catchUp must bring the version exactly to the position it is given, where the active version waits
     */
    public Comparison compareWithActive(ProjectionVersion version, Consumer<Position> catchUp) {
        return new SnapshotComparison(database, checkpoints, holding).of(version, catchUp);
    }

    /** Drops a version that is not active, with its tables. */
    public void drop(ProjectionVersion version) {
        StoreTransaction.run(database, transaction -> {
            StoreTransaction.waitForLocks(transaction, version.phase() == VersionPhase.BUILDING ? "5s" : "100ms");
            lock(transaction, version.projection());
            dropIn(transaction, version);
        });
    }

    static void dropIn(DSLContext transaction, ProjectionVersion version) {
        var dropped = transaction.execute(
                "DELETE FROM afterimage.projection_version WHERE projection = ? AND version = ? AND phase <> 'active'",
                version.projection(),
                version.number());
        if (dropped != 1) {
            throw new ReadModelException(
                    version.projection(),
                    "version %d is active or gone and cannot be dropped".formatted(version.number()));
        }
        new VersionTables(transaction).drop(version);
    }

    static void notifyChanged(DSLContext transaction) {
        transaction.execute("SELECT pg_notify(?, '')", CHANGED);
    }

    /** Remembers why a version does not move, for everyone who asks. */
    public void recordFailure(ProjectionVersion version, @Nullable Position at, String message) {
        database.execute("""
                UPDATE afterimage.projection_version SET failure = ?, failed_position = ?, failed_at = now()
                WHERE projection = ? AND version = ?""", message, at == null ? null : at.value(), version.projection(), version.number());
    }

    public void clearFailure(ProjectionVersion version) {
        database.execute("""
                UPDATE afterimage.projection_version SET failure = NULL, failed_position = NULL, failed_at = NULL
                WHERE projection = ? AND version = ? AND failure IS NOT NULL""", version.projection(), version.number());
    }
}
