package dev.afterimage.projector;

import dev.afterimage.domain.EventDecoder;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.postgres.Cause;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.postgres.MigrationException;
import dev.afterimage.projector.step.DecodedLog;
import dev.afterimage.readmodels.ReadModels;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs projections: each version on a thread of its own and on one node at a time, so that one that stops does not stop
 * the others; several projectors share the work and stand by for each other. A projection that is new, or whose
 * revision was raised, is built beside the live version and switched to without being asked.
 */
public final class Projector implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Projector.class);
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private final Map<String, ProjectionRoles> projections = new LinkedHashMap<>();
    private final Workplace workplace;
    private final Heartbeat heartbeat;
    private volatile boolean started;
    private boolean closed;

    /**
     * @param decoder knows every aggregate whose events the projections handle
     * @throws IllegalArgumentException if two projections have the same name or write the same table
     * @throws dev.afterimage.domain.InvalidCaptureException if a projection handles events that the decoder lacks
     */
    public Projector(
            EventLog log,
            ReadModels readModels,
            EventDecoder decoder,
            List<Projection> projections,
            ProjectorSettings settings) {
        var name = NodeName.next();
        this.workplace = new Workplace(
                name,
                new DecodedLog(log.whole(), decoder),
                new DecodedLog(log.whole(), decoder),
                readModels,
                settings,
                new Recorder(name),
                new Fitness(log, readModels),
                this::wake);
        projections.forEach(projection -> projection.body().requireKnown(decoder.catalog()));
        projections.forEach(this::add);
        requireOwnTables(projections);
        this.heartbeat = new Heartbeat(workplace, List.copyOf(this.projections.values()));
    }

    private void add(Projection projection) {
        if (projections.putIfAbsent(projection.name(), new ProjectionRoles(projection, workplace)) != null) {
            throw new IllegalArgumentException(
                    "two projections are named %s: give one another name".formatted(projection.name()));
        }
    }

    private void wake() {
        heartbeat.wake();
    }

    private static void requireOwnTables(List<Projection> projections) {
        var owned = new HashSet<String>();
        for (var projection : projections) {
            for (var table : projection.definition().tables()) {
                if (!owned.add(table.getQualifiedName().toString())) {
                    throw new IllegalArgumentException(
                            "table %s belongs to two projections, one of them %s: a table has one"
                                    .formatted(table.getName(), projection.name()));
                }
            }
        }
    }

    /**
     * Starts every projection and returns when each has found its role, or after five seconds; {@link #status()} tells
     * how they do. What is wrong with one, or with the database at this moment, stops neither the others nor this.
     *
     * @throws MigrationException if tables of log or read models are missing, or too old or too new for this code
     */
    public synchronized Projector start() {
        if (!started && !closed) {
            requireFit();
            started = true;
            heartbeat.start();
            heartbeat.awaitSettled(SETTLED);
        }
        return this;
    }

    /** A database that does not answer now is no reason not to start: it is asked again and again. */
    private void requireFit() {
        try {
            workplace.fitness().require();
        } catch (DatabaseException e) {
            LOG.warn("{}: cannot look at the tables of log and read models yet ({})", node(), Cause.describe(e));
        }
    }

    /** What this projector does for each projection, by name in the order in which they were given. */
    public List<ProjectionStatus> status() {
        return started
                ? projections.values().stream()
                        .flatMap(roles -> roles.status().stream())
                        .toList()
                : List.of();
    }

    /** The name under which this projector holds versions in the database. */
    public String node() {
        return workplace.node();
    }

    /**
     * Starts to rebuild a projection from offset zero; the live version serves on until the switch.
     *
     * @throws IllegalArgumentException if there is no such projection
     * @throws IllegalStateException if it is being rebuilt already, or this projector is not started or closed
     */
    public Rebuild rebuild(String name) {
        var roles = projection(name);
        if (!started) {
            throw new IllegalStateException("projection %s cannot be rebuilt: start its projector".formatted(name));
        }
        return roles.rebuild();
    }

    /** The last rebuild of a projection by this projector, running or ended; empty if there was none. */
    public Optional<Rebuild> lastRebuild(String name) {
        return projection(name).lastRebuild();
    }

    private ProjectionRoles projection(String name) {
        return Optional.ofNullable(projections.get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no projection %s: choose one of %s".formatted(name, projections.keySet())));
    }

    /** Tries again where versions of a projection stopped or a build failed, after the cause was fixed. */
    public void resume(String name) {
        var roles = projection(name);
        workplace.live().forget();
        workplace.past().forget();
        roles.resume();
        heartbeat.wake();
    }

    /**
     * Ends every run after its current batch, cancels every rebuild, and gives all versions to other nodes at once.
     * What was folded is committed, the rest is folded by them or by the next start.
     */
    @Override
    public synchronized void close() {
        if (started && !closed) {
            heartbeat.close();
        }
        closed = true;
    }
}
