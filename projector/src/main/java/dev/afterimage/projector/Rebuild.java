package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.postgres.SqlStates;
import dev.afterimage.readmodels.Comparison;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.readmodels.Versions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds a projection from offset zero into a new version beside the live one, compares the two, and switches. Runs on a
 * thread of its own; live readers and the live version's projector go on.
 */
public final class Rebuild {

    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
    private static final Duration LIVE_CATCHES_UP = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Projection projection;
    private final DecodedLog log;
    private final ReadModels readModels;
    private final ProjectorSettings settings;
    private final BiConsumer<ProjectionVersion, ProjectionStep> takeOver;
    private final CompletableFuture<RebuildResult> result = new CompletableFuture<>();
    private final Position target;
    private volatile RebuildPhase phase = RebuildPhase.FOLDING;
    private volatile Position position = Position.ZERO;
    private volatile String message = "";
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final Thread thread;

    /** @param takeOver is given the new active version and its step, to go on with */
    Rebuild(
            Projection projection,
            DecodedLog log,
            ReadModels readModels,
            ProjectorSettings settings,
            BiConsumer<ProjectionVersion, ProjectionStep> takeOver) {
        this.projection = projection;
        this.log = log;
        this.readModels = readModels;
        this.settings = settings;
        this.takeOver = takeOver;
        this.target = log.log().head();
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("afterimage-rebuild-" + projection.name())
                .unstarted(this::run);
    }

    Rebuild start() {
        thread.start();
        return this;
    }

    public String projection() {
        return projection.name();
    }

    public RebuildProgress progress() {
        return new RebuildProgress(phase, position, target, message);
    }

    public boolean isRunning() {
        return !result.isDone();
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
            throw new RebuildFailedException(projection.name(), String.valueOf(cause.getMessage()), cause);
        }
    }

    /** Ends after the batch at hand; the half-built version is dropped by the next rebuild. */
    void cancel() {
        cancelled.countDown();
    }

    /** Cancels and waits up to 30 seconds for the end. */
    void close() {
        cancel();
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            var started = System.nanoTime();
            var version = readModels.versions().openBuilding(projection.definition());
            var claim = readModels.checkpoints().claim(version);
            var step = ProjectionStep.claim(log, readModels, projection, claim, settings.keptRows());
            var comparison = build(version, step);
            var active = readModels.versions().active(projection.name()).orElseThrow();
            takeOver.accept(active, step);
            move(RebuildPhase.DONE);
            var took = Duration.ofNanos(System.nanoTime() - started);
            result.complete(new RebuildResult(active, step.position().value(), took, comparison));
        } catch (RuntimeException | Error e) {
            LOG.error("rebuild of {} failed; the live version serves on", projection.name(), e);
            message = String.valueOf(e.getMessage());
            move(RebuildPhase.FAILED);
            result.completeExceptionally(e);
        }
    }

    private Optional<Comparison> build(ProjectionVersion version, ProjectionStep step) {
        patiently(step, () -> foldTo(target, step));
        move(RebuildPhase.INDEXING);
        patiently(step, () -> readModels.versions().finishBuilding(version));
        move(RebuildPhase.CATCHING_UP);
        patiently(step, () -> foldTo(log.log().head(), step));
        move(RebuildPhase.COMPARING);
        var comparison = new AtomicReference<Optional<Comparison>>(Optional.empty());
        patiently(step, () -> comparison.set(compare(version, step)));
        move(RebuildPhase.SWITCHING);
        patiently(step, () -> readModels.versions().switchTo(version, held -> foldTo(held, step)));
        return comparison.get();
    }

    /** A passing failure, such as a lost connection, does not end what may have taken hours. */
    private void patiently(ProjectionStep step, Runnable attempt) {
        var backOff = new BackOff(settings.maxBackOff());
        var next = attempt;
        while (!succeeds(next)) {
            pause(backOff.next());
            next = () -> {
                step.recover();
                attempt.run();
            };
        }
    }

    private boolean succeeds(Runnable attempt) {
        try {
            attempt.run();
            message = "";
            return true;
        } catch (RuntimeException e) {
            if (!SqlStates.isTransient(e)) {
                throw e;
            }
            message = Reason.of(e);
            return false;
        }
    }

    private void pause(Duration wait) {
        LOG.warn("rebuild of {}: {}; trying again in {} ms", projection.name(), message, wait.toMillis());
        try {
            if (cancelled.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("rebuild of {}: cancelled", projection.name());
            }
        } catch (InterruptedException e) {
            cancel();
        }
        requireNotCancelled();
    }

    /** Folds up to a position and not further. */
    private void foldTo(Position end, ProjectionStep step) {
        var batch = new BatchSize(settings.rebuildBatch());
        while (step.position().isBefore(end)) {
            requireNotCancelled();
            fold((int) Math.min(batch.next(), step.position().eventsTo(end)), step, batch);
            position = step.position();
        }
    }

    private static void fold(int events, ProjectionStep step, BatchSize batch) {
        try {
            step.step(events);
            batch.succeeded();
        } catch (BatchFailedException e) {
            batch.halve(e);
        } catch (EventFailedException e) {
            if (batch.isNext(e, step.position())) {
                throw new IllegalStateException("position %s: %s".formatted(e.position(), e.getMessage()), e);
            }
        }
    }

    private void requireNotCancelled() {
        if (cancelled.getCount() == 0) {
            throw new IllegalStateException("cancelled at position " + position);
        }
    }

    /** Two versions can be compared if the same functions made them and the live one still moves. */
    private Optional<Comparison> compare(ProjectionVersion version, ProjectionStep step) {
        Versions versions = readModels.versions();
        return versions.active(projection.name())
                .filter(live -> live.revision() == version.revision())
                .filter(live -> catchesUp(live, step.position()))
                .map(live -> versions.compareWithActive(version, held -> foldTo(held, step)));
    }

    private boolean catchesUp(ProjectionVersion live, Position to) {
        long deadline = System.nanoTime() + LIVE_CATCHES_UP.toNanos();
        var reached = false;
        while (!reached && System.nanoTime() < deadline && !hasStopped(live)) {
            requireNotCancelled();
            reached = readModels.checkpoints().await(live, to, LOOK_EVERY);
        }
        return reached;
    }

    private boolean hasStopped(ProjectionVersion live) {
        return readModels.freshness().stream()
                .anyMatch(freshness ->
                        freshness.version().equals(live) && freshness.failure().isPresent());
    }

    private void move(RebuildPhase to) {
        LOG.debug("rebuild of {}: {} -> {}", projection.name(), phase, to);
        phase = to;
    }
}
