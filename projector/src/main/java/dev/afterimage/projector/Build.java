package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.postgres.Cause;
import dev.afterimage.postgres.SqlStates;
import dev.afterimage.projector.fold.BatchFailedException;
import dev.afterimage.projector.fold.EventFailedException;
import dev.afterimage.projector.step.ProjectionStep;
import dev.afterimage.readmodels.Comparison;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.VersionPhase;
import dev.afterimage.readmodels.VersionState;
import dev.afterimage.readmodels.VersionView;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folds a new version from offset zero, compares it with the live one, and makes it the active one. */
final class Build {

    private static final Logger LOG = LoggerFactory.getLogger(Build.class);
    private static final Duration LIVE_CATCHES_UP = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /**
     * What it came to.
     *
     * @param version active now
     * @param step to go on with
     * @param comparison with the version before, if they could be compared
     * @param compared the same in words, or why not
     */
    record Built(ProjectionVersion version, ProjectionStep step, Optional<Comparison> comparison, String compared) {}

    private final Projection projection;
    private final Workplace workplace;
    private final Closing cancelled;
    private final BatchSize batch;
    private final Patience patience;
    private volatile RebuildPhase phase = RebuildPhase.FOLDING;
    private volatile @Nullable Position target;
    private volatile @Nullable ProjectionStep step;
    private @Nullable Comparison comparison;
    private String compared = "";

    Build(Projection projection, Workplace workplace, Closing cancelled) {
        this.projection = projection;
        this.workplace = workplace;
        this.cancelled = cancelled;
        this.batch = new BatchSize(workplace.settings().rebuildBatch());
        this.patience = new Patience(
                "rebuild of " + projection.name(),
                cancelled,
                batch,
                workplace.settings().maxBackOff());
    }

    Built run() {
        var end = patience.with(() -> workplace.past().log().head());
        target = end;
        var current = open();
        step = current;
        var versions = workplace.versions();
        patience.with(current, () -> foldTo(end, current));
        move(RebuildPhase.INDEXING);
        patience.with(current, () -> versions.finishBuilding(current.version()));
        move(RebuildPhase.CATCHING_UP);
        patience.with(current, () -> foldToHead(current));
        move(RebuildPhase.COMPARING);
        patience.with(current, () -> compare(current));
        move(RebuildPhase.SWITCHING);
        patience.with(current, () -> switchTo(current));
        return new Built(asActive(current.version()), current, Optional.ofNullable(comparison), compared);
    }

    private ProjectionStep open() {
        var claim = patience.with(() -> workplace.versions().openBuilding(projection.definition(), workplace.node()))
                .orElseThrow(() -> new BuiltElsewhereException(projection.name()));
        return patience.with(() -> ProjectionStep.open(
                workplace.past(),
                workplace.readModels(),
                projection.body(),
                claim,
                workplace.settings().bounds(),
                workplace.settings().keptRows()));
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

    /** Every change of phase goes through here. */
    void move(RebuildPhase to) {
        LOG.debug("rebuild of {}: {} -> {}", projection.name(), phase, to);
        phase = to;
    }

    /** While the live version waits, only those events are folded that came a moment before. */
    private void switchTo(ProjectionStep current) {
        foldToHead(current);
        workplace.versions().switchTo(current.version(), held -> catchUp(held, current), wait -> pause(wait, current));
    }

    private void pause(Duration wait, ProjectionStep current) {
        cancelled.await(wait);
        requireNotCancelled();
        foldToHead(current);
    }

    private void foldToHead(ProjectionStep current) {
        foldTo(workplace.past().log().head(), current);
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
    private void compare(ProjectionStep current) {
        foldToHead(current);
        var live = workplace.versions().active(projection.name()).orElse(null);
        if (live == null) {
            compared = "not compared: there was no version before it";
        } else if (live.revision() != current.version().revision()) {
            compared = "not compared: v%d is of revision %d".formatted(live.number(), live.revision());
        } else if (!catchesUp(live, current.position())) {
            compared = "not compared: v%d did not come to position %s".formatted(live.number(), current.position());
        } else {
            compare(current, live);
        }
        LOG.info("rebuild of {}: {} {}", projection.name(), current.version(), compared);
    }

    /** Tables of the live version that are gone or changed are no reason to keep the new one from readers. */
    private void compare(ProjectionStep current, ProjectionVersion live) {
        try {
            var both = workplace.versions().compareWithActive(current.version(), held -> catchUp(held, current));
            comparison = both;
            compared = both.describe();
            if (!both.isEqual()) {
                LOG.warn("rebuild of {}: {} {}", projection.name(), current.version(), compared);
            }
        } catch (RuntimeException e) {
            if (SqlStates.of(e) == null || SqlStates.isTransient(e)) {
                throw e;
            }
            compared = "not compared: v%d cannot be read (%s)".formatted(live.number(), Cause.describe(e));
        }
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

    RebuildPhase phase() {
        return phase;
    }

    /** The head of the log when it began; {@link Position#ZERO} until that is known. */
    Position target() {
        return Objects.requireNonNullElse(target, Position.ZERO);
    }

    Position position() {
        var current = step;
        return current == null ? Position.ZERO : current.position();
    }

    /** Why it is trying something again; empty while all goes well. */
    String problem() {
        return patience.problem();
    }

    /** Empty while there is no version yet. */
    Optional<ProjectionStep> step() {
        return Optional.ofNullable(step);
    }
}
