package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.projector.step.ProjectionStep;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ProjectionView;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does for one projection what its {@link Role} says: runs versions of its own revision that no other node runs, builds
 * a new version where one is needed, and stands by otherwise.
 */
final class ProjectionRoles {

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionRoles.class);

    private final Projection projection;
    private final Workplace workplace;
    private final Map<Integer, ProjectionRun> runs = new LinkedHashMap<>();
    private @Nullable Rebuild rebuild;
    private @Nullable Rebuild over;
    private @Nullable ProjectionView view;
    private Role role = new Role.StandBy("");
    private String beside = "";
    private String unfit = "";
    private boolean isImpatient = true;
    private boolean closed;

    ProjectionRoles(Projection projection, Workplace workplace) {
        this.projection = projection;
        this.workplace = workplace;
    }

    String name() {
        return projection.name();
    }

    /** What is over and recorded before a look is seen by it; what ends during the look is left to the next one. */
    synchronized void beginLook() {
        if (closed) {
            return;
        }
        runs.values().removeIf(ProjectionRun::isOver);
        if (rebuild != null && rebuild.isOver()) {
            over = rebuild;
        }
    }

    /** Takes the roles that are free, by what the database says now. */
    synchronized void look(ProjectionView now) {
        if (closed) {
            return;
        }
        view = now;
        unfit = "";
        forgetDropped(now);
        var choice = new RoleChoice(now, projection, workplace.node(), isImpatient);
        role = choice.role();
        beside = choice.whyNot();
        role.toRun().stream().filter(each -> !isMine(each.version())).forEach(this::run);
        if (role instanceof Role.Build(var why, var versions) && rebuild == over) {
            LOG.info("{}: builds a new version: {}", projection.name(), why);
            start(new Rebuild(projection, workplace, now, this::takeOver));
        }
    }

    /** Nothing can be decided yet: the tables do not fit this code. */
    synchronized void unfit(String why) {
        unfit = why;
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

    private boolean isMine(ProjectionVersion version) {
        return runs.containsKey(version.number())
                || (rebuild != null && rebuild.isRunning() && rebuild.builds(version.number()));
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

    /** Forgets where versions stopped and when a build may be tried again, so that the next look begins again. */
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

    /** What to report of the versions that this node holds. */
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
            statuses.add(besides());
        }
        return statuses;
    }

    private boolean isCurrent(ProjectionVersion version) {
        return active().map(active -> active.version().number() <= version.number())
                .orElse(true);
    }

    private Optional<VersionView> active() {
        return Optional.ofNullable(view).flatMap(ProjectionView::active);
    }

    /** Of a projection that this node does not run now. */
    private ProjectionStatus besides() {
        var version = active().map(VersionView::version).orElseGet(this::none);
        var position = active().map(VersionView::position).orElse(Position.ZERO);
        if (!unfit.isEmpty()) {
            return new ProjectionStatus(version, RunState.TABLES_UNFIT, unfit, position);
        }
        if (role instanceof Role.Refused(var why)) {
            return new ProjectionStatus(version, RunState.STOPPED, why, position);
        }
        return new ProjectionStatus(version, active().map(this::beside).orElse(RunState.STARTING), beside, position);
    }

    private RunState beside(VersionView active) {
        if (active.lease().state() == VersionState.OUTDATED) {
            return RunState.OUTDATED;
        }
        return role.toRun().contains(active) ? RunState.STARTING : RunState.STANDBY;
    }

    private ProjectionVersion none() {
        var definition = projection.definition();
        return new ProjectionVersion(
                projection.name(),
                0,
                projection.revision(),
                VersionPhase.BUILDING,
                definition.schemaName(),
                definition.tableNames());
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
