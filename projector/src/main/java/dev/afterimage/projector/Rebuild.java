package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.readmodels.Comparison;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.readmodels.Versions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private volatile boolean cancelled;

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
    }

    Rebuild start() {
        Thread.ofPlatform()
                .daemon()
                .name("afterimage-rebuild-" + projection.name())
                .start(this::run);
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
        cancelled = true;
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
        } catch (RuntimeException e) {
            LOG.error("rebuild of {} failed; the live version serves on", projection.name(), e);
            message = String.valueOf(e.getMessage());
            move(RebuildPhase.FAILED);
            result.completeExceptionally(e);
        }
    }

    private Optional<Comparison> build(ProjectionVersion version, ProjectionStep step) {
        foldTo(target, step);
        move(RebuildPhase.INDEXING);
        readModels.versions().finishBuilding(version);
        move(RebuildPhase.CATCHING_UP);
        foldTo(log.log().head(), step);
        move(RebuildPhase.COMPARING);
        var comparison = compare(version, step);
        move(RebuildPhase.SWITCHING);
        readModels.versions().switchTo(version, held -> step.stepTo(held, settings.rebuildBatch()));
        return comparison;
    }

    private void foldTo(Position end, ProjectionStep step) {
        while (step.position().isBefore(end)) {
            if (cancelled) {
                throw new IllegalStateException("cancelled at position " + step.position());
            }
            step.step(settings.rebuildBatch());
            position = step.position();
        }
    }

    /** Two versions can be compared if the same functions made them and the live one still moves. */
    private Optional<Comparison> compare(ProjectionVersion version, ProjectionStep step) {
        Versions versions = readModels.versions();
        var live = versions.active(projection.name()).filter(active -> active.revision() == version.revision());
        if (live.isEmpty() || !readModels.checkpoints().await(live.get(), step.position(), LIVE_CATCHES_UP)) {
            return Optional.empty();
        }
        return Optional.of(versions.compareWithActive(version, held -> step.stepTo(held, settings.rebuildBatch())));
    }

    private void move(RebuildPhase to) {
        LOG.debug("rebuild of {}: {} -> {}", projection.name(), phase, to);
        phase = to;
    }
}
