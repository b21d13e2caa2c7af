package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import dev.afterimage.postgres.Pause;
import dev.afterimage.readmodels.tables.VersionTables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** The versions of projections: made beside the active one, switched to in one transaction, dropped when superseded. */
public final class Versions {

    static final String COLUMNS = "projection, version, revision, phase, schema_name, table_names";

    private final Store database;
    private final Checkpoints checkpoints;
    private final Roster roster;
    private final Builds builds;

    /**
     * Of all versions in this process one is held at a time, so that a small pool has connections for those who wait.
     */
    private final ReentrantLock holding = new ReentrantLock(true);

    Versions(Store database, Checkpoints checkpoints) {
        this.database = database;
        this.checkpoints = checkpoints;
        this.roster = new Roster(database);
        this.builds = new Builds(database);
    }

    /** Every version there is, by projection and number. */
    public List<ProjectionVersion> all() {
        return database.fetch(
                        "reading the versions",
                        "SELECT %s FROM afterimage.projection_version ORDER BY 1, 2".formatted(COLUMNS))
                .map(Versions::read);
    }

    public List<ProjectionVersion> of(String projection) {
        return database.result("reading the versions of " + projection, transaction -> of(transaction, projection));
    }

    static List<ProjectionVersion> of(DSLContext context, String projection) {
        return context.resultQuery(
                        "SELECT %s FROM afterimage.projection_version WHERE projection = ? ORDER BY version"
                                .formatted(COLUMNS),
                        projection)
                .fetch(Versions::read);
    }

    public Optional<ProjectionVersion> active(String projection) {
        return database.result(
                "reading the active version of " + projection, transaction -> active(transaction, projection));
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

    /** Each of these projections with its versions and who runs them, also such as have no version yet. */
    public Map<String, ProjectionView> look(Collection<String> projections) {
        return roster.look(projections);
    }

    /** Tables of a version, and views of the active one, that are not there. */
    public List<String> missingRelations(ProjectionVersion version) {
        return database.result("looking for the tables and views of " + version, transaction -> {
            var tables = new VersionTables(transaction);
            var missing = new ArrayList<>(tables.missing(version));
            if (version.phase() == VersionPhase.ACTIVE) {
                missing.addAll(tables.missingViews(version));
            }
            return missing;
        });
    }

    /** Tables of a version that are not there, quoted and with their schema; none of one that was dropped itself. */
    public List<String> missingTables(ProjectionVersion version) {
        return database.result("looking for the tables of " + version, transaction -> {
            var missing = new VersionTables(transaction).missing(version);
            return missing.isEmpty() || exists(transaction, version) ? missing : List.<String>of();
        });
    }

    private static boolean exists(DSLContext transaction, ProjectionVersion version) {
        return transaction
                .resultQuery(
                        "SELECT 1 FROM afterimage.projection_version WHERE projection = ? AND version = ?",
                        version.projection(),
                        version.number())
                .fetch()
                .isNotEmpty();
    }

    /**
     * Makes a version beside the active one and claims it for a node. What earlier builds left is dropped, unless
     * another node is still at it with the same or a newer revision.
     *
     * @return empty if another node is building already
     * @throws ReadModelException if the active version is of a newer revision, or the definition's SQL changed and its
     *     revision did not
     */
    public Optional<Checkpoints.Claim> openBuilding(ReadModelDefinition definition, String node) {
        dropSuperseded();
        return database.unhurried().result("making a version of " + definition.projection(), dsl -> {
            lock(dsl, definition.projection());
            requireUnchanged(dsl, definition);
            Builds.requireNotOlder(dsl, definition);
            if (Builds.isElsewhere(dsl, definition, node)) {
                return Optional.<Checkpoints.Claim>empty();
            }
            of(dsl, definition.projection()).stream()
                    .filter(version -> version.phase() == VersionPhase.BUILDING)
                    .forEach(version -> dropIn(dsl, version));
            var version = create(dsl, definition);
            if (!node.isEmpty()) {
                Leases.take(dsl, version, node, VersionState.BUILDING);
            }
            return Optional.of(Checkpoints.claim(dsl, version));
        });
    }

    /** The same without a node: whoever builds next replaces it. For tools and tests. */
    public ProjectionVersion openBuilding(ReadModelDefinition definition) {
        return openBuilding(definition, "")
                .orElseThrow(
                        () -> new ReadModelException(definition.projection(), "another node is building it already"))
                .version();
    }

    /** Asks whichever node runs the projection to rebuild it. */
    public void requestRebuild(String projection) {
        builds.request(projection);
    }

    /**
     * Remembers that a build ended well; what was asked for before it began is done.
     *
     * @param comparison with the version that it replaced, in words
     */
    public void recordBuilt(ProjectionVersion version, String comparison) {
        builds.succeeded(version, comparison);
    }

    /**
     * Remembers why the last build failed and when it is tried again, for everyone who asks; nothing if another node
     * has dropped what it built, and so has taken over.
     *
     * @param building what it had begun to build; null if it did not come to that
     */
    public void recordBuildFailure(
            String projection, int revision, @Nullable ProjectionVersion building, String message, Duration retryIn) {
        builds.failed(projection, revision, building, message, retryIn);
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

    private static ProjectionVersion create(DSLContext transaction, ReadModelDefinition definition) {
        var tables = new VersionTables(transaction);
        var version = version(definition, Builds.nextNumber(transaction, definition.projection()));
        while (!tables.hasFreeNames(version)) {
            version = version(definition, Builds.nextNumber(transaction, definition.projection()));
        }
        tables.create(version, definition, active(transaction, definition.projection()));
        insert(transaction, version, definition.checksum(), tables.postponeIndexes(version));
        return version;
    }

    private static ProjectionVersion version(ReadModelDefinition definition, int number) {
        return new ProjectionVersion(
                definition.projection(),
                number,
                definition.revision(),
                VersionPhase.BUILDING,
                definition.schemaName(),
                definition.tableNames());
    }

    private static void insert(
            DSLContext transaction, ProjectionVersion version, String checksum, List<String> postponed) {
        transaction.execute(
                """
                INSERT INTO afterimage.projection_version (projection, version, revision, phase, schema_name, table_names,
                  definition_checksum, postponed_indexes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                version.projection(),
                version.number(),
                version.revision(),
                version.phase().stored(),
                version.schema(),
                version.tables().toArray(String[]::new),
                checksum,
                postponed.toArray(String[]::new));
        transaction.execute(
                "INSERT INTO afterimage.checkpoint (projection, version) VALUES (?, ?)",
                version.projection(),
                version.number());
    }

    /** Makes the indexes that were left out while building, and collects statistics. Does nothing the second time. */
    public void finishBuilding(ProjectionVersion version) {
        database.unhurried().of(version).run("finishing " + version, transaction -> {
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
        switchTo(next, catchUp, pause -> Pause.before("the switch to " + next, pause));
    }

    /** @param pausing waits while a reader keeps the views to itself; what it throws ends the switch */
    public void switchTo(ProjectionVersion next, Consumer<Position> catchUp, Consumer<Duration> pausing) {
        new Switch(database, checkpoints, holding).to(next, catchUp, pausing);
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
        var forLocks = version.phase() == VersionPhase.BUILDING ? Duration.ofSeconds(5) : Duration.ofMillis(100);
        database.unhurried().of(version).waiting(forLocks).run("dropping " + version, transaction -> {
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

    /** Remembers why a version does not move, for everyone who asks. */
    public void recordFailure(ProjectionVersion version, @Nullable Position at, String message) {
        database.execute(
                "recording why %s does not move".formatted(version),
                """
                UPDATE afterimage.projection_version SET failure = ?, failed_position = ?, failed_at = now()
                WHERE projection = ? AND version = ?""",
                message,
                at == null ? null : at.value(),
                version.projection(),
                version.number());
    }

    public void clearFailure(ProjectionVersion version) {
        database.execute("recording that %s moves".formatted(version), """
                UPDATE afterimage.projection_version SET failure = NULL, failed_position = NULL, failed_at = NULL
                WHERE projection = ? AND version = ? AND failure IS NOT NULL""", version.projection(), version.number());
    }
}
