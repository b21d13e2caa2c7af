package dev.afterimage.projector.step;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.postgres.Bounds;
import dev.afterimage.postgres.Cause;
import dev.afterimage.postgres.DeniedException;
import dev.afterimage.postgres.SqlStates;
import dev.afterimage.projector.fold.AbandonedException;
import dev.afterimage.projector.fold.BatchFailedException;
import dev.afterimage.projector.fold.BatchFold;
import dev.afterimage.projector.fold.DecodedEvent;
import dev.afterimage.projector.fold.EventFailedException;
import dev.afterimage.projector.fold.ProjectionBody;
import dev.afterimage.projector.rows.ForeignWriteException;
import dev.afterimage.readmodels.Advance;
import dev.afterimage.readmodels.Checkpoints;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.readmodels.VersionFencedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Folds one batch of the log into one version of a projection, rows and checkpoint in one transaction. Used by one
 * thread.
 */
public final class ProjectionStep {

    private volatile DecodedLog log;
    private final Checkpoints checkpoints;
    private final Checkpoints.Claim claim;
    private final BatchFold fold;
    private final ReadModels readModels;
    private final Bounds bounds;
    private volatile Position position;
    private long generation;
    private long recorded;
    private Optional<EventId> last;

    private ProjectionStep(
            DecodedLog log, ReadModels readModels, Checkpoints.Claim claim, BatchFold fold, Bounds bounds) {
        this.log = log;
        this.readModels = readModels;
        this.checkpoints = readModels.checkpoints();
        this.claim = claim;
        this.fold = fold;
        this.bounds = bounds;
        this.position = claim.position();
        this.generation = claim.logGeneration();
        this.recorded = generation;
        this.last = claim.event();
    }

    /**
     * Goes on with a version that was claimed.
     *
     * @throws DeniedException if the role lacks a privilege
     * @throws IllegalStateException if its tables are not there or not as they were made
     */
    public static ProjectionStep open(
            DecodedLog log,
            ReadModels readModels,
            ProjectionBody body,
            Checkpoints.Claim claim,
            Bounds bounds,
            int keptRows) {
        var empty = claim.position().equals(Position.ZERO);
        try {
            var fold = readModels.inOneTransaction(
                    claim.version(),
                    bounds,
                    transaction -> body.open(log.decoder().catalog(), transaction, empty, keptRows));
            return new ProjectionStep(log, readModels, claim, fold, bounds);
        } catch (DeniedException e) {
            throw e;
        } catch (RuntimeException e) {
            throw SqlStates.isTransient(e)
                    ? e
                    : new IllegalStateException(
                            "the tables of %s cannot be used: %s; rebuild it if somebody damaged them"
                                    .formatted(claim.version(), Cause.describe(e)),
                            e);
        }
    }

    public Checkpoints.Claim claim() {
        return claim;
    }

    public ProjectionVersion version() {
        return claim.version();
    }

    /** Reads on where live versions read. */
    public ProjectionStep goLive(DecodedLog live) {
        log = live;
        return this;
    }

    /** The event that a handler is working on; null between handlers. */
    @Nullable
    public LoggedEvent handling() {
        return fold.handling();
    }

    /** Ends the current batch, which is rolled back, and all later ones before their next event. From any thread. */
    public void abandon() {
        fold.abandon();
    }

    /** The last event that was folded. */
    public Position position() {
        return position;
    }

    /**
     * Folds the next events and moves the checkpoint past them.
     *
     * @param events at most so many
     * @return how many; 0 at the head of the log, or where a retired version has to wait for the active one
     * @throws EventFailedException if an event cannot be folded; nothing of the batch is kept
     * @throws BatchFailedException if the batch cannot be written
     * @throws ForeignWriteException if somebody else wrote to the tables
     * @throws VersionFencedException if another projector has taken over
     * @throws OutdatedException if the log was corrected or restored before the position
     * @throws LogDamagedException if the log lacks events
     */
    public int step(int events) {
        var batch = read(position, events);
        if (batch.isEmpty() && recorded != generation) {
            recordGeneration();
        }
        while (fold(batch) instanceof Advance.Ahead(var active)) {
            batch = batch.subList(0, (int) position.eventsTo(active));
        }
        return batch.size();
    }

    /** Where nothing is folded, so that readers know that a correction did not concern it. */
    private void recordGeneration() {
        var advance = readModels.inOneTransaction(
                claim.version(),
                bounds,
                transaction -> checkpoints.advance(transaction, claim.of(generation, last), position, position));
        if (advance instanceof Advance.Moved) {
            recorded = generation;
            checkpoints.moved();
        }
    }

    private Advance fold(List<DecodedEvent> batch) {
        if (batch.isEmpty()) {
            return new Advance.Moved();
        }
        var to = batch.getLast().position();
        var event = Optional.of(batch.getLast().id());
        var advance = inOneTransaction(batch, transaction -> {
            var moved = checkpoints.advance(transaction, claim.of(generation, event), position, to);
            if (moved instanceof Advance.Moved) {
                apply(transaction, batch);
            }
            return moved;
        });
        if (advance instanceof Advance.Moved) {
            position = to;
            last = event;
            recorded = generation;
        }
        return advance;
    }

    private List<DecodedEvent> read(Position from, int events) {
        var batch = log.readAfter(from, events);
        if (batch.generation() < generation || !continues(from, batch)) {
            log.forget();
            batch = log.readAfter(from, events);
        }
        if (batch.generation() != generation) {
            requireNotCorrected(from);
            generation = batch.generation();
        }
        if (!continues(from, batch)) {
            throw doesNotContinue(from, batch);
        }
        last = batch.before();
        return batch.events();
    }

    /** Whether the event before the batch is the one that was folded last. */
    private boolean continues(Position from, DecodedBatch batch) {
        return from.equals(Position.ZERO)
                || (batch.before().isPresent() && (last.isEmpty() || last.equals(batch.before())));
    }

    private RuntimeException doesNotContinue(Position from, DecodedBatch batch) {
        return batch.before()
                .<RuntimeException>map(found -> OutdatedException.restored(
                        claim.version(), from, "has %s there, not %s".formatted(found, last.orElseThrow())))
                .orElseGet(() -> new LogDamagedException("it has no event at position %s any more".formatted(from)));
    }

    private void requireNotCorrected(Position from) {
        var history = log.log().correctionsSince(generation - 1);
        if (generation > 0 && (history.isEmpty() || history.getFirst().generation() != generation)) {
            throw OutdatedException.restored(claim.version(), from, "knows nothing of generation " + generation);
        }
        history.stream()
                .filter(correction -> correction.generation() > generation && !from.isBefore(correction.from()))
                .findFirst()
                .ifPresent(correction -> {
                    throw OutdatedException.corrected(claim.version(), from, correction);
                });
    }

    /**
     * Asks the database where the version is, after a failure that leaves open whether the commit succeeded.
     *
     * @throws VersionFencedException if another projector has taken over
     */
    public void recover() {
        var found = checkpoints.recover(claim);
        position = found.position();
        generation = found.logGeneration();
        recorded = generation;
        last = found.event();
    }

    /** What is in memory of the tables is loaded again when it is needed. */
    public void forgetRows() {
        fold.rolledBack();
    }

    /** How often versions in this process moved: to be taken before a step that {@link #awaitOthers} may follow. */
    public long moves() {
        return checkpoints.moves();
    }

    /** Returns when a version in this process moved, which a retired one may wait for, or after the time-out. */
    public void awaitOthers(long moves, Duration timeout) throws InterruptedException {
        checkpoints.awaitMove(moves, timeout);
    }

    /** Work inside the transaction of one batch. */
    private interface BatchWork {
        Advance in(DSLContext transaction);
    }

    private Advance inOneTransaction(List<DecodedEvent> batch, BatchWork work) {
        @Nullable Advance advance = null;
        try {
            advance = readModels.inOneTransaction(claim.version(), bounds, work::in);
            return advance;
        } catch (EventFailedException | BatchFailedException e) {
            throw e;
        } catch (RuntimeException e) {
            throw SqlStates.isDataError(e) ? blamed(batch, e) : e; // a constraint that is checked at the commit
        } finally {
            ended(advance);
        }
    }

    /** @param advance null if the transaction was rolled back */
    private void ended(@Nullable Advance advance) {
        switch (advance) {
            case null -> fold.rolledBack();
            case Advance.Moved moved -> {
                fold.committed();
                checkpoints.moved();
            }
            case Advance.Ahead ahead -> {} // nothing was folded
        }
    }

    private void apply(DSLContext transaction, List<DecodedEvent> batch) {
        try {
            fold.apply(transaction, batch);
        } catch (EventFailedException | ForeignWriteException | AbandonedException e) {
            throw e;
        } catch (RuntimeException e) {
            throw fold.isToBlame(e) ? blamed(batch, e) : e;
        }
    }

    private static RuntimeException blamed(List<DecodedEvent> batch, RuntimeException failure) {
        return batch.size() == 1
                ? EventFailedException.because(batch.getFirst().logged(), failure)
                : new BatchFailedException(batch.size(), failure);
    }
}
