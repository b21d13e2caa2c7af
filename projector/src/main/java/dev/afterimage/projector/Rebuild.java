package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.postgres.Cause;
import dev.afterimage.postgres.SqlStates;
import dev.afterimage.readmodels.BuildFailure;
import dev.afterimage.readmodels.Comparison;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ProjectionView;
import dev.afterimage.readmodels.ReadModelException;
import dev.afterimage.readmodels.VersionPhase;
import dev.afterimage.readmodels.VersionReport;
import dev.afterimage.readmodels.VersionState;
import dev.afterimage.readmodels.VersionView;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
    private final Workplace workplace;
    private final @Nullable ProjectionView needed;
    private final BiConsumer<ProjectionVersion, ProjectionStep> takeOver;
    private final CompletableFuture<RebuildResult> result = new CompletableFuture<>();
    private final Closing cancelled = new Closing();
    private final HandlerAge handlerAge = new HandlerAge();
    private final BatchSize batch;
    private final Thread thread;
    private volatile RebuildPhase phase = RebuildPhase.FOLDING;
    private volatile @Nullable Position target;
    private volatile String message = "";
    private volatile @Nullable ProjectionStep step;

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
        this.workplace = workplace;
        this.needed = needed;
        this.takeOver = takeOver;
        this.batch = new BatchSize(workplace.settings().rebuildBatch());
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
        return new RebuildProgress(phase, position(), target(), message);
    }

    private Position position() {
        var current = step;
        return current == null ? Position.ZERO : current.position();
    }

    private Position target() {
        return Objects.requireNonNullElse(target, Position.ZERO);
    }

    public boolean isRunning() {
        return !result.isDone();
    }

    /** Whether it has ended and everyone can know how. */
    boolean isOver() {
        return !isRunning() && workplace.recorder().hasWritten(projection.name());
    }

    /** Whether it has events to fold, so that nobody should wait for its end. */
    boolean takesTime() {
        return target().value() > 0;
    }

    boolean builds(int version) {
        var current = step;
        return current != null && current.version().number() == version;
    }

    /** What to tell everyone; empty while there is no version yet, and after the end. */
    Optional<VersionReport> report() {
        var current = step;
        return current == null || !isRunning()
                ? Optional.empty()
                : Optional.of(new VersionReport(current.version(), VersionState.BUILDING, describe(current)));
    }

    Optional<ProjectionStatus> status() {
        return Optional.ofNullable(step)
                .map(current -> new ProjectionStatus(
                        current.version(), RunState.BUILDING, describe(current), current.position()));
    }

    private String describe(ProjectionStep current) {
        var text = "%s, at position %s of %s".formatted(phase.describe(), current.position(), target());
        var age = handlerAge.look(current.handling());
        return text + (message.isEmpty() ? "" : "; " + message) + (age.isEmpty() ? "" : "; " + age);
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

    /** Ends after the batch at hand; the half-built version is dropped by the next rebuild. */
    void cancel() {
        cancelled.begin();
    }

    /** To wait for its end. */
    Thread thread() {
        return thread;
    }

    private void run() {
        try {
            var started = System.nanoTime();
            target = patiently(() -> workplace.past().log().head());
            var current = open();
            step = current;
            var comparison = build(current);
            var active = asActive(current.version());
            takeOver.accept(active, current);
            move(RebuildPhase.DONE);
            workplace
                    .recorder()
                    .write(projection.name(), () -> workplace.versions().recordBuilt(active));
            var took = Duration.ofNanos(System.nanoTime() - started);
            result.complete(new RebuildResult(active, current.position().value(), took, comparison));
        } catch (RuntimeException | Error e) {
            failed(e);
        } finally {
            workplace.changed().run();
        }
    }

    private static ProjectionVersion asActive(ProjectionVersion version) {
        return new ProjectionVersion(
                version.projection(),
                version.number(),
                version.revision(),
                VersionPhase.ACTIVE,
                version.schema(),
                version.tables());
    }

    private void failed(Throwable failure) {
        message = Cause.describe(failure);
        if (!cancelled.hasBegun()) {
            LOG.error("rebuild of {} failed: {}", projection.name(), message);
            LOG.debug("rebuild of {}: what failed", projection.name(), failure);
            recordFailure();
        }
        move(RebuildPhase.FAILED);
        result.completeExceptionally(failure);
    }

    /** A build that is needed is tried again, after twice as long each time. */
    private void recordFailure() {
        var text = message;
        if (needed != null) {
            int before = needed.buildFailure()
                    .filter(last -> last.revision() == projection.revision())
                    .map(BuildFailure::attempts)
                    .orElse(0);
            var wait = workplace.settings().buildBackOff(before);
            workplace
                    .recorder()
                    .write(
                            projection.name(),
                            () -> workplace
                                    .versions()
                                    .recordBuildFailure(projection.name(), projection.revision(), text, wait));
        }
        var current = step;
        if (current != null) {
            workplace
                    .recorder()
                    .write(
                            current.version().toString(),
                            () -> workplace
                                    .leases()
                                    .release(current.version(), workplace.node(), VersionState.STOPPED, text));
        }
    }

    private ProjectionStep open() {
        var versions = workplace.versions();
        var claim = patiently(() -> versions.openBuilding(projection.definition(), workplace.node()))
                .orElseThrow(() ->
                        new ReadModelException(projection.name(), "another node is building it already: wait for it"));
        return patiently(() ->
                ProjectionStep.open(workplace.past(), workplace.readModels(), projection, claim, workplace.settings()));
    }

    private Optional<Comparison> build(ProjectionStep current) {
        var versions = workplace.versions();
        patiently(current, () -> foldTo(target(), current));
        move(RebuildPhase.INDEXING);
        patiently(current, () -> versions.finishBuilding(current.version()));
        move(RebuildPhase.CATCHING_UP);
        patiently(current, () -> foldTo(workplace.past().log().head(), current));
        move(RebuildPhase.COMPARING);
        var comparison = patiently(current, () -> compare(current));
        move(RebuildPhase.SWITCHING);
        patiently(current, () -> versions.switchTo(current.version(), held -> catchUp(held, current)));
        return comparison;
    }

    private void patiently(ProjectionStep current, Runnable attempt) {
        patiently(current, () -> {
            attempt.run();
            return true;
        });
    }

    /** What a failed attempt left open is asked for first. */
    private <T> T patiently(ProjectionStep current, Supplier<T> attempt) {
        return patiently(() -> {
            if (!message.isEmpty()) {
                current.recover();
            }
            return attempt.get();
        });
    }

    /** A passing failure, such as a lost connection, does not end what may have taken hours. */
    private <T> T patiently(Supplier<T> attempt) {
        var backOff = new BackOff(workplace.settings().maxBackOff());
        while (true) {
            var begun = System.nanoTime();
            try {
                var done = attempt.get();
                message = "";
                return done;
            } catch (RuntimeException e) {
                if (!SqlStates.isTransient(e)) {
                    throw e;
                }
                batch.failedAround(e, Duration.ofNanos(System.nanoTime() - begun));
                message = Cause.describe(e);
            }
            pause(backOff.next());
        }
    }

    private void pause(Duration wait) {
        LOG.warn("rebuild of {}: {}; trying again in {} ms", projection.name(), message, wait.toMillis());
        cancelled.await(wait);
        requireNotCancelled();
    }

    private void catchUp(Position held, ProjectionStep current) {
        requireNotCancelled();
        foldTo(held, current);
        requireNotCancelled();
    }

    /** Folds up to a position and not further. */
    private void foldTo(Position end, ProjectionStep current) {
        while (current.position().isBefore(end)) {
            requireNotCancelled();
            var from = current.position();
            fold((int) Math.min(batch.next(), from.eventsTo(end)), current);
        }
    }

    private void fold(int events, ProjectionStep current) {
        try {
            if (current.step(events) == 0) {
                throw new IllegalStateException(
                        "the log has no event after position %s although it should".formatted(current.position()));
            }
            batch.succeeded();
        } catch (BatchFailedException e) {
            batch.halve(e);
        } catch (EventFailedException e) {
            if (batch.isNext(e, current.position())) {
                throw new IllegalStateException("position %s: %s".formatted(e.position(), e.getMessage()), e);
            }
        }
    }

    private void requireNotCancelled() {
        if (cancelled.hasBegun()) {
            throw new IllegalStateException("cancelled at position " + position());
        }
    }

    /** Two versions can be compared if the same functions made them and the live one still moves. */
    private Optional<Comparison> compare(ProjectionStep current) {
        var versions = workplace.versions();
        return versions.active(projection.name())
                .filter(live -> live.revision() == current.version().revision())
                .filter(live -> catchesUp(live, current.position()))
                .map(live -> versions.compareWithActive(current.version(), held -> catchUp(held, current)));
    }

    private boolean catchesUp(ProjectionVersion live, Position to) {
        long deadline = System.nanoTime() + LIVE_CATCHES_UP.toNanos();
        var reached = false;
        while (!reached && System.nanoTime() < deadline && isFed(live)) {
            requireNotCancelled();
            reached = workplace.readModels().checkpoints().await(live, to, LOOK_EVERY);
        }
        return reached;
    }

    private boolean isFed(ProjectionVersion live) {
        var view = workplace.versions().look(List.of(projection.name())).get(projection.name());
        return view != null
                && view.active()
                        .filter(active -> active.version().number() == live.number())
                        .map(VersionView::lease)
                        .filter(lease -> lease.state() == VersionState.RUNNING && lease.isHeld())
                        .isPresent();
    }

    private void move(RebuildPhase to) {
        LOG.debug("rebuild of {}: {} -> {}", projection.name(), phase, to);
        phase = to;
    }
}
