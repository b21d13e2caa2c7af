package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ProjectionView;
import dev.afterimage.readmodels.ReadModelDefinition;
import dev.afterimage.readmodels.VersionPhase;
import dev.afterimage.readmodels.VersionReport;
import dev.afterimage.readmodels.VersionState;
import dev.afterimage.readmodels.VersionView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this node does for one projection, decided by looking at the database: runs versions of its own revision that no
 * other node runs, builds a new version where one is needed, and stands by otherwise.
 */
final class ProjectionRoles {

    private final Projection projection;
    private final Workplace workplace;
    private final Map<Integer, ProjectionRun> runs = new LinkedHashMap<>();
    private @Nullable Rebuild rebuild;
    private @Nullable Rebuild over;
    private @Nullable ProjectionView view;
    private String refusal = "";
    private boolean isImpatient = true;
    private boolean closed;

    ProjectionRoles(Projection projection, Workplace workplace) {
        this.projection = projection;
        this.workplace = workplace;
    }

    String name() {
        return projection.name();
    }

    /** Takes the roles that are free, by what the database says now. */
    synchronized void look(ProjectionView now) {
        if (closed) {
            return;
        }
        view = now;
        forgetDropped(now);
        refusal = refusal(now);
        if (refusal.isEmpty()) {
            now.versions().stream().filter(this::isFree).forEach(this::run);
            if (whyBuild(now).isPresent() && mayBuild(now)) {
                start(new Rebuild(projection, workplace, now, this::takeOver));
            }
        }
    }

    /** What is over and recorded before a look is seen by it; what ends during the look is left to the next one. */
    synchronized void beginLook() {
        runs.values().removeIf(ProjectionRun::isOver);
        if (rebuild != null && rebuild.isOver()) {
            over = rebuild;
        }
    }

    private void forgetDropped(ProjectionView now) {
        runs.values().removeIf(run -> {
            var gone = now.versions().stream()
                    .noneMatch(each -> each.version().number() == run.version().number());
            if (gone) {
                run.end();
            }
            return gone;
        });
    }

    private String refusal(ProjectionView now) {
        ReadModelDefinition definition = projection.definition();
        return now.versions().stream()
                .filter(each -> each.version().revision() == definition.revision())
                .filter(each -> !each.definitionChecksum().equals(definition.checksum()))
                .findFirst()
                .map(each ->
                        "its SQL is not the one that revision %d was built with: raise the revision to %d and start again"
                                .formatted(definition.revision(), definition.revision() + 1))
                .orElse("");
    }

    /** Whether this node should run a version that it does not run yet. */
    private boolean isFree(VersionView each) {
        var version = each.version();
        return version.phase() != VersionPhase.BUILDING
                && version.revision() == projection.revision()
                && each.lease()
                        .node()
                        .filter(node -> !node.equals(workplace.node()))
                        .isEmpty()
                && each.lease().state() != VersionState.OUTDATED
                && !runs.containsKey(version.number())
                && !isBuilding(version);
    }

    private boolean isBuilding(ProjectionVersion version) {
        return rebuild != null && rebuild.isRunning() && rebuild.builds(version.number());
    }

    private void run(VersionView each) {
        var run = new ProjectionRun(each.version(), each.position(), projection, workplace);
        runs.put(each.version().number(), run.start());
    }

    /** After the switch the new version goes on here, without asking the database. */
    private synchronized void takeOver(ProjectionVersion version, ProjectionStep step) {
        var run = ProjectionRun.takingOver(version, step, projection, workplace);
        runs.put(version.number(), run);
        if (!closed) {
            run.start();
        }
    }

    private Optional<String> whyBuild(ProjectionView now) {
        var active = now.active();
        if (active.isEmpty()) {
            return Optional.of("it has no version yet");
        }
        int revision = active.get().version().revision();
        if (revision != projection.revision()) {
            return Optional.of("its revision was raised").filter(raised -> revision < projection.revision());
        }
        if (active.get().lease().state() == VersionState.OUTDATED) {
            return Optional.of("the log was corrected");
        }
        var mine = active.get()
                .lease()
                .node()
                .filter(node -> !node.equals(workplace.node()))
                .isEmpty();
        return now.rebuildRequestedAt().filter(requested -> mine).map(requested -> "somebody asked for it");
    }

    private boolean mayBuild(ProjectionView now) {
        if (rebuild != over) {
            return false;
        }
        var elsewhere = now.versions().stream()
                .filter(each -> each.version().phase() == VersionPhase.BUILDING)
                .filter(each -> each.version().revision() >= projection.revision())
                .anyMatch(each -> each.lease().isHeld());
        var tooEarly = now.buildFailure()
                .filter(failure -> failure.revision() == projection.revision())
                .filter(failure -> failure.retryAt().isAfter(now.seenAt()))
                .isPresent();
        return !elsewhere && (!tooEarly || isImpatient);
    }

    private Rebuild start(Rebuild next) {
        isImpatient = false;
        rebuild = next;
        return next.start();
    }

    /** Rebuilds because somebody in this process asks. */
    synchronized Rebuild rebuild() {
        if (closed) {
            throw new IllegalStateException(
                    "projection %s cannot be rebuilt: its projector is closed".formatted(projection.name()));
        }
        if (rebuild != null && rebuild.isRunning()) {
            throw new IllegalStateException("projection %s is being rebuilt already, at position %s: wait for it"
                    .formatted(projection.name(), rebuild.progress().position()));
        }
        return start(new Rebuild(projection, workplace, null, this::takeOver));
    }

    synchronized Optional<Rebuild> lastRebuild() {
        return Optional.ofNullable(rebuild);
    }

    /** Forgets where versions stopped and when a build may be tried again, so that the next look begins anew. */
    synchronized void resume() {
        for (var stopped : List.copyOf(runs.values())) {
            if (stopped.state() == RunState.STOPPED) {
                runs.remove(stopped.version().number());
                workplace
                        .recorder()
                        .write(
                                stopped.version().toString(),
                                () -> workplace.versions().clearFailure(stopped.version()));
            }
        }
        isImpatient = true;
    }

    /** What to tell everyone of the versions that this node holds. */
    synchronized List<VersionReport> reports() {
        var building = Optional.ofNullable(rebuild).flatMap(Rebuild::report);
        return Stream.concat(runs.values().stream().map(ProjectionRun::report), Stream.of(building))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Another node holds a version now; a run that stopped is remembered all the same, so that it is not tried again.
     */
    synchronized void lost(ProjectionVersion version) {
        var run = runs.get(version.number());
        if (run != null) {
            run.end();
        }
    }

    /** Whether everything that was begun when this node started has come to its first result. */
    synchronized boolean isSettled() {
        return view != null
                && runs.values().stream().noneMatch(run -> run.state() == RunState.STARTING)
                && (rebuild == null || !rebuild.isRunning() || rebuild.takesTime());
    }

    synchronized List<ProjectionStatus> status() {
        var statuses = new ArrayList<ProjectionStatus>();
        runs.values().forEach(run -> statuses.add(run.status()));
        if (rebuild != null && rebuild.isRunning()) {
            rebuild.status().ifPresent(statuses::add);
        }
        if (!closed && statuses.stream().noneMatch(status -> isCurrent(status.version()))) {
            statuses.add(standingBy());
        }
        return statuses;
    }

    private boolean isCurrent(ProjectionVersion version) {
        return view == null
                || view.active().isEmpty()
                || view.active().get().version().number() <= version.number();
    }

    private ProjectionStatus standingBy() {
        var active = view == null ? Optional.<VersionView>empty() : view.active();
        return active.map(each ->
                        new ProjectionStatus(each.version(), stateBeside(each), whyBeside(each), each.position()))
                .orElseGet(() -> {
                    var definition = projection.definition();
                    var none = new ProjectionVersion(
                            projection.name(),
                            0,
                            projection.revision(),
                            VersionPhase.BUILDING,
                            definition.schemaName(),
                            definition.tableNames());
                    return new ProjectionStatus(none, RunState.STARTING, lastProblem(), Position.ZERO);
                });
    }

    private RunState stateBeside(VersionView active) {
        if (!refusal.isEmpty()) {
            return RunState.STOPPED;
        }
        if (active.lease().state() == VersionState.OUTDATED) {
            return RunState.OUTDATED;
        }
        return active.lease().isHeldBy(workplace.node()) ? RunState.STARTING : RunState.STANDBY;
    }

    private String whyBeside(VersionView active) {
        if (!refusal.isEmpty()) {
            return refusal;
        }
        var runner = active.lease().node().map("node %s runs it"::formatted).orElse("no node runs it");
        return active.version().revision() == projection.revision()
                ? "%s; %s".formatted(runner, lastProblem())
                : "%s; it is of revision %d and this code has revision %d; %s"
                        .formatted(runner, active.version().revision(), projection.revision(), lastProblem());
    }

    private String lastProblem() {
        return refusal.isEmpty()
                ? Optional.ofNullable(view)
                        .flatMap(ProjectionView::buildFailure)
                        .map(failure -> "the last build failed: " + failure.message())
                        .orElse("")
                : refusal;
    }

    /** Begins to end everything; returns what to wait for. */
    synchronized List<Thread> end() {
        closed = true;
        var ending = new ArrayList<Thread>();
        if (rebuild != null) {
            rebuild.cancel();
            ending.add(rebuild.thread());
        }
        for (var run : runs.values()) {
            run.end();
            ending.add(run.thread());
        }
        return ending;
    }
}
