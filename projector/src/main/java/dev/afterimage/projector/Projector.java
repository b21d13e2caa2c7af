package dev.afterimage.projector;

import dev.afterimage.domain.EventDecoder;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.readmodels.VersionPhase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs projections: each version on a thread of its own, so that one that stops does not stop the others. A projection
 * whose revision was raised is rebuilt beside the live version and switched to without being asked.
 */
public final class Projector implements AutoCloseable {

    private final ReadModels readModels;
    private final ProjectorSettings settings;
    private final DecodedLog log;
    private final Map<String, Projection> projections = new LinkedHashMap<>();
    private final Map<String, Rebuild> rebuilds = new LinkedHashMap<>();
    private final List<ProjectionRun> runs = new ArrayList<>();
    private boolean closed;

    /**
     * @param decoder knows every aggregate whose events the projections handle
     * @throws IllegalArgumentException if two projections have the same name or write the same table
     */
    public Projector(
            EventLog log,
            ReadModels readModels,
            EventDecoder decoder,
            List<Projection> projections,
            ProjectorSettings settings) {
        this.readModels = readModels;
        this.settings = settings;
        this.log = new DecodedLog(log.whole(), decoder);
        projections.forEach(this::add);
        requireOwnTables(projections);
    }

    private void add(Projection projection) {
        if (projections.putIfAbsent(projection.name(), projection) != null) {
            throw new IllegalArgumentException(
                    "two projections are named %s: give one another name".formatted(projection.name()));
        }
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

    /** Starts every projection and returns; {@link #status()} tells how they do. */
    public synchronized Projector start() {
        for (var projection : projections.values()) {
            var active = readModels.versions().openActive(projection.definition());
            if (active.isEmpty()) {
                rebuild(projection.name());
            }
            keepFed(projection);
        }
        return this;
    }

    /** Runs the active version, and the one before it, so that going back is instant. */
    private void keepFed(Projection projection) {
        readModels.versions().of(projection.name()).stream()
                .filter(version -> version.phase() != VersionPhase.BUILDING)
                .filter(version -> version.revision() == projection.revision())
                .filter(version -> runs.stream().noneMatch(run -> run.isOf(version)))
                .forEach(version -> {
                    readModels.versions().clearFailure(version);
                    var claim = readModels.checkpoints().claim(version);
                    run(version, ProjectionStep.claim(log, readModels, projection, claim, settings.keptRows()));
                });
    }

    private synchronized void run(ProjectionVersion version, ProjectionStep step) {
        if (!closed) {
            runs.add(new ProjectionRun(version, step, log, readModels.versions(), settings).start());
        }
    }

    /** Every version that this projector runs, in the order in which they were started. */
    public synchronized List<ProjectionStatus> status() {
        return runs.stream().map(ProjectionRun::status).toList();
    }

    /**
     * Starts to rebuild a projection from offset zero; the live version serves on until the switch.
     *
     * @throws IllegalArgumentException if there is no such projection
     * @throws IllegalStateException if it is being rebuilt already
     */
    public synchronized Rebuild rebuild(String name) {
        var projection = projection(name);
        var running = Optional.ofNullable(rebuilds.get(name)).filter(Rebuild::isRunning);
        if (running.isPresent()) {
            throw new IllegalStateException("projection %s is being rebuilt already, at position %s: wait for it"
                    .formatted(name, running.get().progress().position()));
        }
        var rebuild = new Rebuild(projection, log, readModels, settings, this::run);
        rebuilds.put(name, rebuild);
        return rebuild.start();
    }

    /** The last rebuild of a projection, running or ended; empty if there was none since the start. */
    public synchronized Optional<Rebuild> lastRebuild(String name) {
        return Optional.ofNullable(rebuilds.get(projection(name).name()));
    }

    private Projection projection(String name) {
        return Optional.ofNullable(projections.get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no projection %s: choose one of %s".formatted(name, projections.keySet())));
    }

    /** Tries again where versions of a projection stopped, after the cause was mended. */
    public synchronized void resume(String name) {
        var projection = projection(name);
        runs.removeIf(run -> run.status().version().projection().equals(name) && run.hasEnded());
        keepFed(projection);
    }

    /**
     * Ends every run after its batch at hand, and cancels every rebuild. What was folded is committed, the rest is
     * folded by the next start.
     */
    @Override
    public void close() {
        List<ProjectionRun> ending;
        List<Rebuild> cancelled;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(runs);
            cancelled = List.copyOf(rebuilds.values());
        }
        cancelled.forEach(Rebuild::close);
        ending.forEach(ProjectionRun::end);
        ending.forEach(ProjectionRun::close);
    }
}
