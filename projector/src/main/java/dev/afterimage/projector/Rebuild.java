package dev.afterimage.projector;

import dev.afterimage.postgres.Cause;
import dev.afterimage.projector.step.ProjectionStep;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ProjectionView;
import dev.afterimage.readmodels.VersionReport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds a projection from offset zero into a new version beside the live one, compares the two, and switches. Runs on a
 * thread of its own; live readers and the live version's projector go on.
 */
public final class Rebuild {

    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);

    private final Projection projection;
    private final Runnable changed;
    private final @Nullable ProjectionView needed;
    private final BiConsumer<ProjectionVersion, ProjectionStep> takeOver;
    private final Closing cancelled = new Closing();
    private final Build build;
    private final BuildReport report;
    private final CompletableFuture<RebuildResult> result = new CompletableFuture<>();
    private final Thread thread;
    private volatile String failure = "";

    /**
     * @param needed what was seen when this node found that a new version is needed; null if somebody asked
     * @param takeOver is given the new active version and its step, to go on with
     */
    Rebuild(
            Projection projection,
            Workplace workplace,
            @Nullable ProjectionView needed,
            BiConsumer<ProjectionVersion, ProjectionStep> takeOver) {
        this.projection = projection;
        this.changed = workplace.changed();
        this.needed = needed;
        this.takeOver = takeOver;
        this.build = new Build(projection, workplace, cancelled);
        this.report = new BuildReport(projection, workplace, build);
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("afterimage-rebuild-" + projection.name())
                .unstarted(this::run);
    }

    Rebuild start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            var started = System.nanoTime();
            var built = build.run();
            takeOver.accept(built.version(), built.step());
            build.move(RebuildPhase.DONE);
            report.succeeded(built);
            result.complete(new RebuildResult(
                    built.version(),
                    built.step().position().value(),
                    Duration.ofNanos(System.nanoTime() - started),
                    built.comparison()));
        } catch (RuntimeException | Error e) {
            failed(e);
        } finally {
            changed.run();
        }
    }

    private void failed(Throwable cause) {
        failure = Cause.describe(cause);
        if (cause instanceof BuiltElsewhereException) {
            LOG.info("{}", failure);
        } else if (!cancelled.hasBegun()) {
            LOG.error("rebuild of {} failed: {}", projection.name(), failure);
            LOG.debug("rebuild of {}: what failed", projection.name(), cause);
            report.failed(failure, needed);
        }
        build.move(RebuildPhase.FAILED);
        result.completeExceptionally(cause);
    }

    public String projection() {
        return projection.name();
    }

    public RebuildProgress progress() {
        return new RebuildProgress(
                build.phase(), build.position(), build.target(), failure.isEmpty() ? build.problem() : failure);
    }

    public boolean isRunning() {
        return !result.isDone();
    }

    /** Whether it has ended and everyone can know how. */
    boolean isOver() {
        return !isRunning() && report.isRecorded();
    }

    /** Whether it has events to fold, so that nobody should wait for its end. */
    boolean takesTime() {
        return build.target().value() > 0;
    }

    boolean builds(int version) {
        return build.step()
                .filter(current -> current.version().number() == version)
                .isPresent();
    }

    /** What to report; empty while there is no version yet, and after the end. */
    Optional<VersionReport> report() {
        return isRunning() ? report.now() : Optional.empty();
    }

    Optional<ProjectionStatus> status() {
        return report.status();
    }

    /**
     * Waits for the end.
     *
     * @return empty after the time-out
     * @throws RebuildFailedException if it failed
     */
    public Optional<RebuildResult> await(Duration timeout) throws InterruptedException {
        try {
            return Optional.of(result.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new RebuildFailedException(projection.name(), Cause.describe(cause), cause);
        }
    }

    /** Ends before the next event or after the current statement; the next rebuild drops what is half built. */
    void cancel() {
        cancelled.begin();
        build.step().ifPresent(ProjectionStep::abandon);
    }

    /** To wait for its end. */
    Thread thread() {
        return thread;
    }
}
