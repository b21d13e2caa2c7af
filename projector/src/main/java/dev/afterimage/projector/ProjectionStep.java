package dev.afterimage.projector;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.postgres.SqlStates;
import dev.afterimage.projector.rows.ForeignWriteException;
import dev.afterimage.readmodels.AheadOfActiveException;
import dev.afterimage.readmodels.Checkpoints;
import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.readmodels.VersionFencedException;
import java.time.Duration;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Folds one batch of the log into one version of a projection, rows and checkpoint in one transaction. Used by one
 * thread.
 */
final class ProjectionStep {

    private volatile DecodedLog log;
    private final Checkpoints checkpoints;
    private final Checkpoints.Claim claim;
    private final BatchFold fold;
    private final DSLContext version;
    private volatile Position position;
    private long generation;

    private ProjectionStep(
            DecodedLog log, Checkpoints checkpoints, Checkpoints.Claim claim, BatchFold fold, DSLContext version) {
        this.log = log;
        this.checkpoints = checkpoints;
        this.claim = claim;
        this.fold = fold;
        this.version = version;
        this.position = claim.position();
        this.generation = claim.logGeneration();
    }

    /**
     * Goes on with a version that was claimed.
     *
     * @throws IllegalStateException if its tables are not there or not as they were made
     */
    static ProjectionStep open(
            DecodedLog log, ReadModels readModels, Projection projection, Checkpoints.Claim claim, int keptRows) {
        var version = readModels.boundTo(claim.version());
        var empty = claim.position().equals(Position.ZERO);
        try {
            var fold = projection.body().open(log.decoder().catalog(), version, empty, keptRows);
            return new ProjectionStep(log, readModels.checkpoints(), claim, fold, version);
        } catch (RuntimeException e) {
            throw SqlStates.isTransient(e)
                    ? e
                    : new IllegalStateException(
                            "the tables of %s cannot be used: %s; rebuild it if somebody damaged them"
                                    .formatted(claim.version(), Reason.of(e)),
                            e);
        }
    }

    Checkpoints.Claim claim() {
        return claim;
    }

    ProjectionVersion version() {
        return claim.version();
    }

    /** Reads on where live versions read. */
    ProjectionStep goLive(DecodedLog live) {
        log = live;
        return this;
    }

    /** The event that a handler has at hand; null between handlers. */
    @Nullable
    LoggedEvent handling() {
        return fold.handling();
    }

    /** The last event that was folded. */
    Position position() {
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
     * @throws OutdatedException if the log was corrected before the position
     * @throws dev.afterimage.eventlog.LogDamagedException if the log lacks events
     */
    int step(int events) {
        try {
            return fold(events);
        } catch (AheadOfActiveException e) {
            return fold((int) Math.min(events, position.eventsTo(e.active())));
        }
    }

    private int fold(int events) {
        var from = position;
        var batch = read(from, events);
        if (batch.isEmpty()) {
            return 0;
        }
        var to = batch.getLast().position();
        inOneTransaction(batch, transaction -> {
            checkpoints.advance(transaction, claim.of(generation), from, to);
            apply(transaction, batch);
        });
        position = to;
        return batch.size();
    }

    private List<DecodedEvent> read(Position from, int events) {
        var batch = log.readAfter(from, events);
        if (batch.generation() < generation) {
            log.forget();
            batch = log.readAfter(from, events);
        }
        if (batch.generation() > generation) {
            requireNotCorrected(from);
            generation = batch.generation();
        }
        return batch.events();
    }

    private void requireNotCorrected(Position from) {
        log.log().correctionsSince(generation).stream()
                .filter(correction -> !from.isBefore(correction.from()))
                .findFirst()
                .ifPresent(correction -> {
                    throw new OutdatedException(claim.version(), from, correction);
                });
    }

    /**
     * Asks the database where the version is, after a failure that leaves open whether the commit succeeded.
     *
     * @throws VersionFencedException if another projector has taken over
     */
    void recover() {
        position = checkpoints.recover(claim);
    }

    /** Returns when a version in this process moved, which a retired one may wait for, or after the time-out. */
    void awaitOthers(Duration timeout) throws InterruptedException {
        checkpoints.awaitMove(timeout);
    }

    /** Work inside the transaction of one batch. */
    private interface BatchWork {
        void in(DSLContext transaction);
    }

    private void inOneTransaction(List<DecodedEvent> batch, BatchWork work) {
        var committed = false;
        try {
            version.transaction(transaction -> work.in(transaction.dsl()));
            committed = true;
        } catch (EventFailedException | BatchFailedException e) {
            throw e;
        } catch (RuntimeException e) {
            throw SqlStates.isDataError(e) ? blamed(batch, e) : e; // a constraint that is checked at the commit
        } finally {
            if (committed) {
                fold.committed();
                checkpoints.moved();
            } else {
                fold.rolledBack();
            }
        }
    }

    private void apply(DSLContext transaction, List<DecodedEvent> batch) {
        try {
            fold.apply(transaction, batch);
        } catch (EventFailedException | ForeignWriteException e) {
            throw e;
        } catch (RuntimeException e) {
            throw Blame.isOnRows(e) ? blamed(batch, e) : e;
        }
    }

    private static RuntimeException blamed(List<DecodedEvent> batch, RuntimeException failure) {
        return batch.size() == 1
                ? EventFailedException.because(batch.getFirst().logged(), failure)
                : new BatchFailedException(batch.size(), failure);
    }
}
