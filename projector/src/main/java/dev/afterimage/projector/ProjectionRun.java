package dev.afterimage.projector;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.Position;
import dev.afterimage.postgres.Cause;
import dev.afterimage.postgres.SqlStates;
import dev.afterimage.projector.fold.BatchFailedException;
import dev.afterimage.projector.fold.EventFailedException;
import dev.afterimage.projector.fold.HandlerAge;
import dev.afterimage.projector.rows.ForeignWriteException;
import dev.afterimage.projector.step.OutdatedException;
import dev.afterimage.projector.step.ProjectionStep;
import dev.afterimage.readmodels.Checkpoints;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.VersionFencedException;
import dev.afterimage.readmodels.VersionReport;
import dev.afterimage.readmodels.VersionState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps one version again and again on a thread of its own: when there is something, at once; after a passing failure,
 * later; after an event that cannot be folded, not at all until it is resumed.
 */
final class ProjectionRun {

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionRun.class);
    private static final Duration LOOK_FOR_TABLES = Duration.ofSeconds(2);

    private final ProjectionVersion version;
    private final Projection projection;
    private final Workplace workplace;
    private final Closing closing = new Closing();
    private final Thread thread;
    private final BatchSize batch;
    private final BackOff backOff;
    private final HandlerAge handlerAge = new HandlerAge();
    private volatile Doing doing = new Doing(RunState.STARTING, "");
    private volatile Position position;
    private volatile Checkpoints.@Nullable Claim held;
    private volatile @Nullable ProjectionStep step;
    private boolean isWell;
    private long begun;
    private long tablesSeen = System.nanoTime();

    /** @param position where the version was when somebody looked last */
    ProjectionRun(ProjectionVersion version, Position position, Projection projection, Workplace workplace) {
        this.version = version;
        this.position = position;
        this.projection = projection;
        this.workplace = workplace;
        this.batch = new BatchSize(workplace.settings().liveBatch());
        this.backOff = new BackOff(workplace.settings().maxBackOff());
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("afterimage-projector-%s-v%d".formatted(version.projection(), version.number()))
                .unstarted(this::run);
    }

    /** Goes on with a step that has claimed the version already. */
    static ProjectionRun takingOver(
            ProjectionVersion version, ProjectionStep step, Projection projection, Workplace workplace) {
        var run = new ProjectionRun(version, step.position(), projection, workplace);
        run.held = step.claim();
        run.step = step.goLive(workplace.live());
        return run;
    }

    ProjectionRun start() {
        thread.start();
        return this;
    }

    /** A state and its reason, which are read together. */
    private record Doing(RunState state, String why) {}

    ProjectionStatus status() {
        var now = doing;
        return new ProjectionStatus(version, now.state(), now.why().isEmpty() ? handlerAge() : now.why(), position());
    }

    private String handlerAge() {
        var current = step;
        return handlerAge.look(current == null ? null : current.handling());
    }

    private Position position() {
        var current = step;
        return current == null ? position : current.position();
    }

    ProjectionVersion version() {
        return version;
    }

    RunState state() {
        return doing.state();
    }

    /**
     * Whether it has ended, everyone can know how, and it may be forgotten; one that stopped is remembered, so that it
     * is not tried again.
     */
    boolean isOver() {
        var isOver = state() == RunState.STANDBY || state() == RunState.OUTDATED || state() == RunState.CLOSED;
        return isOver && workplace.recorder().hasWritten(version.toString());
    }

    /** What to tell everyone; empty while this node does not hold the version. */
    Optional<VersionReport> report() {
        var now = doing;
        return held == null
                ? Optional.empty()
                : switch (now.state()) {
                    case RUNNING -> Optional.of(new VersionReport(version, VersionState.RUNNING, handlerAge()));
                    case RETRYING -> Optional.of(new VersionReport(version, VersionState.RETRYING, now.why()));
                    case TABLES_MISSING ->
                        Optional.of(new VersionReport(version, VersionState.TABLES_MISSING, now.why()));
                    case LOG_DAMAGED -> Optional.of(new VersionReport(version, VersionState.LOG_DAMAGED, now.why()));
                    default -> Optional.empty();
                };
    }

    private void run() {
        while (!closing.hasBegun() && canMove()) {
            try {
                turn();
            } catch (InterruptedException e) {
                closing.begin();
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
        position = position();
        step = null;
        held = null;
        if (canMove()) {
            move(RunState.CLOSED, "");
        }
    }

    private void turn() throws InterruptedException {
        begun = System.nanoTime();
        var current = step;
        if (current == null) {
            open();
        } else {
            if (state() != RunState.RUNNING && state() != RunState.STARTING) {
                current.recover();
            }
            fold(current);
        }
    }

    /** Becomes the one that runs the version, unless another node does, and gets hold of its tables. */
    private void open() {
        if (held == null) {
            held = workplace.leases().claim(version, workplace.node()).orElse(null);
        }
        var claim = held;
        if (claim == null) {
            move(RunState.STANDBY, "another node runs it");
        } else {
            step = ProjectionStep.open(
                    workplace.live(),
                    workplace.readModels(),
                    projection.body(),
                    claim,
                    workplace.settings().bounds(),
                    workplace.settings().keptRows());
            move(RunState.RUNNING, "");
        }
    }

    private void fold(ProjectionStep current) throws InterruptedException {
        var idleLook = workplace.settings().idleLook();
        var isMore = workplace.live().log().awaitAfter(current.position(), idleLook);
        begun = System.nanoTime();
        requireTables();
        long moves = current.moves();
        int folded = current.step(batch.next()); // without more, it finds out whether the log was corrected or damaged
        succeeded();
        if (isMore && folded == 0) {
            current.awaitOthers(moves, idleLook);
        }
    }

    /** Tables can go while nothing is folded. */
    private void requireTables() {
        if (state() != RunState.TABLES_MISSING && System.nanoTime() - tablesSeen < LOOK_FOR_TABLES.toNanos()) {
            return;
        }
        var missing = workplace.versions().missingTables(version);
        if (!missing.isEmpty()) {
            throw new TablesMissingException(version, missing);
        }
        tablesSeen = System.nanoTime();
    }

    private boolean canMove() {
        return switch (state()) {
            case STARTING, RUNNING, RETRYING, TABLES_MISSING, LOG_DAMAGED -> true;
            default -> false;
        };
    }

    private void failed(Throwable failure) {
        switch (failure) {
            case VersionFencedException fenced -> move(RunState.STANDBY, String.valueOf(fenced.getMessage()));
            case EventFailedException event -> stopAt(event);
            case BatchFailedException several -> batch.halve(several);
            case ForeignWriteException foreign -> stop(position(), foreign);
            case OutdatedException outdated -> outdated(outdated);
            case LogDamagedException damaged -> retryLater(RunState.LOG_DAMAGED, Cause.describe(damaged), damaged);
            case TablesMissingException missing -> withoutTables(missing);
            default -> retryLater(failure);
        }
    }

    private void succeeded() {
        batch.succeeded();
        backOff.reset();
        if (!isWell) {
            workplace.versions().clearFailure(version);
            isWell = true;
        }
        if (state() != RunState.RUNNING) {
            move(RunState.RUNNING, "");
        }
    }

    /** Folds what lies before the failing event first, so that the checkpoint ends right before it. */
    private void stopAt(EventFailedException failure) {
        if (batch.isNext(failure, position())) {
            stop(failure.position(), failure);
        }
    }

    private void stop(Position at, RuntimeException failure) {
        var text =
                "%s stopped at position %s: %s; fix the projection and start its node again, or call Projector.resume there; if its rows were changed, run ./afterimage rebuild %s"
                        .formatted(version, at, failure.getMessage(), version.projection());
        logFailure(text, failure);
        workplace.recorder().write(version.toString(), () -> {
            workplace.versions().recordFailure(version, at, text);
            workplace.leases().release(version, workplace.node(), VersionState.STOPPED, text);
        });
        move(RunState.STOPPED, text);
    }

    /** Stack traces of databases quote rows. */
    private static void logFailure(String text, RuntimeException failure) {
        if (Cause.isOfADatabase(failure)) {
            LOG.error(text);
            LOG.debug(text, failure);
        } else {
            LOG.error(text, failure.getCause());
        }
    }

    private void outdated(OutdatedException failure) {
        var text = String.valueOf(failure.getMessage());
        LOG.warn("{}", text);
        workplace
                .recorder()
                .write(
                        version.toString(),
                        () -> workplace.leases().release(version, workplace.node(), VersionState.OUTDATED, text));
        move(RunState.OUTDATED, text);
    }

    /** Tables that are gone come back with a restore or a rebuild, not by themselves. */
    private void retryLater(Throwable failure) {
        var missing = missingTables(failure);
        if (missing.isEmpty()) {
            retryLater(RunState.RETRYING, Cause.describe(failure), failure);
        } else {
            withoutTables(new TablesMissingException(version, missing));
        }
    }

    /** What is in memory need not be in tables that come back. */
    private void withoutTables(TablesMissingException missing) {
        var current = step;
        if (current != null) {
            current.forgetRows();
        }
        retryLater(RunState.TABLES_MISSING, Cause.describe(missing), missing);
    }

    private List<String> missingTables(Throwable failure) {
        try {
            return SqlStates.isTransient(failure)
                    ? List.of()
                    : workplace.versions().missingTables(version);
        } catch (RuntimeException e) {
            LOG.debug("{}: its tables could not be looked for", version, e);
            return List.of();
        }
    }

    private void retryLater(RunState waiting, String reason, Throwable failure) {
        batch.failedAround(failure, Duration.ofNanos(System.nanoTime() - begun));
        var wait = backOff.next();
        if (!closing.hasBegun()) {
            var text = "%s; trying again in %d ms".formatted(reason, wait.toMillis());
            move(waiting, text);
            LOG.warn("{}: {}", version, text);
            LOG.debug("{}: what failed", version, failure);
        }
        closing.await(wait);
    }

    /** Every change of state goes through here. */
    private void move(RunState to, String why) {
        var from = state();
        doing = new Doing(to, why);
        if (from != to) {
            LOG.info("{}: {} -> {}", version, from, to);
            workplace.changed().run();
        }
    }

    /** Ends after the current batch; does not wait for it. */
    void end() {
        closing.begin();
    }

    /** To wait for its end. */
    Thread thread() {
        return thread;
    }
}
