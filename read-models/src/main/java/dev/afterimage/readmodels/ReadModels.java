package dev.afterimage.readmodels;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.LogIndex;
import dev.afterimage.postgres.Bounds;
import dev.afterimage.postgres.Migrations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.jooq.impl.DefaultExecuteListenerProvider;

/** The query side: jOOQ over the active versions, waiting for one's own commits, and how fresh the answers are. */
public final class ReadModels {

    private final DataSource dataSource;
    private final Store database;
    private final LogIndex log;
    private final CheckpointSignal signal = new CheckpointSignal();
    private final Checkpoints checkpoints;
    private final Versions versions;
    private final Leases leases;
    private final ActiveVersions active;

    private ReadModels(DataSource dataSource, LogIndex log, Bounds bounds) {
        this.dataSource = dataSource;
        this.log = log;
        this.database = Store.on(dataSource, bounds);
        this.checkpoints = new Checkpoints(database, signal);
        this.versions = new Versions(database, checkpoints);
        this.leases = new Leases(database);
        this.active = new ActiveVersions(database);
    }

    /**
     * Opens the read models of a database whose tables are there.
     *
     * @param log to know where a commit is and how far behind a read model is
     */
    public static ReadModels open(DataSource dataSource, LogIndex log) {
        return open(dataSource, log, Bounds.defaults());
    }

    /**
     * The same with other bounds for single statements; what builds and compares versions takes as long as it takes.
     */
    public static ReadModels open(DataSource dataSource, LogIndex log, Bounds bounds) {
        return new ReadModels(dataSource, log, bounds);
    }

    /** The tables that keep versions and checkpoints, as numbered SQL files. */
    public static Migrations migrations() {
        return Migrations.of(
                "read-models",
                ReadModels.class,
                "V1__read_models.sql",
                "V2__leases.sql",
                "V3__switch.sql",
                "V4__comparison.sql",
                "V5__last_event.sql");
    }

    /**
     * Looks whether this code may run on the tables that are there.
     *
     * @throws dev.afterimage.postgres.MigrationException if they are missing, or too old or too new for this code
     */
    public void requireFit() {
        migrations().requireFit(dataSource);
    }

    /**
     * A jOOQ context that reads the versions that are active now: take a new one for each unit of work. It stays on
     * those versions, so two queries of one context agree. A query of a table that no projector has made yet fails with
     * a {@link ReadModelException} that says so.
     */
    public DSLContext query() {
        var configuration = new DefaultConfiguration()
                .set(dataSource)
                .set(VersionMapping.DIALECT)
                .set(VersionMapping.to(active.now()))
                .set(new DefaultExecuteListenerProvider(new MissingTables()));
        return DSL.using(configuration);
    }

    /**
     * Reads and writes one version under the tables' plain names, whatever is active, in one transaction: for
     * projectors.
     *
     * @param bounds of its statements
     */
    public <T> T inOneTransaction(ProjectionVersion version, Bounds bounds, Function<DSLContext, T> work) {
        return database.within(bounds).of(version).result("a transaction on " + version, work);
    }

    /**
     * Waits until read models show what an append recorded: read your own writes.
     *
     * @param tables of the read models you are going to query; none for all read models
     */
    public AwaitResult awaitCommit(CommitToken token, Duration timeout, Table<?>... tables)
            throws InterruptedException {
        return new CommitWait(log, active, versions, signal, List.of(tables)).await(token, timeout);
    }

    /**
     * How up to date the read model of a table is.
     *
     * @throws ReadModelException if no projection has such a table
     */
    public Freshness freshness(Table<?> table) {
        return active.look().stream()
                .filter(each -> each.version().has(table))
                .findFirst()
                .map(each -> freshness(each, LogLook.at(log)))
                .orElseThrow(() -> new ReadModelException(
                        table.getName(), "no active projection has this table: start its projector once"));
    }

    /** How up to date every read model is, by name of the projection. */
    public List<Freshness> freshness() {
        var seen = active.look();
        if (seen.isEmpty()) {
            return List.of();
        }
        var look = LogLook.at(log);
        return seen.stream().map(each -> freshness(each, look)).toList();
    }

    private Freshness freshness(ActiveVersion each, LogLook look) {
        long behind = each.position().eventsTo(look.head());
        var oldest = behind == 0 ? Optional.<Instant>empty() : log.committedAfter(each.position());
        return new Freshness(
                each.version(),
                each.position(),
                behind,
                look.damage().or(each::failure),
                each.feeding(),
                oldest,
                look.sources(),
                each.seenAt());
    }

    public Versions versions() {
        return versions;
    }

    public Leases leases() {
        return leases;
    }

    public Checkpoints checkpoints() {
        return checkpoints;
    }
}
