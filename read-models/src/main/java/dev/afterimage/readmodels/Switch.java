package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import dev.afterimage.postgres.LockHolders;
import dev.afterimage.postgres.SqlStates;
import dev.afterimage.readmodels.tables.PlainNames;
import dev.afterimage.readmodels.tables.VersionTables;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.jooq.DSLContext;

/**
 * Replaces the active version. The active version is held where it is, the next one catches up to there, and phases and
 * views change in the same transaction: no reader sees an older, an empty or a half-built model. A reader that keeps a
 * view to itself is waited for outside of it: the live version goes on and other readers wait for a tenth of a second.
 */
final class Switch {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(500);
    /** How long to wait for locks that no reader has, and while readers may wait. */
    private static final Duration WORK = Duration.ofSeconds(5);

    private static final Duration PREPARING = Duration.ofMillis(100);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Store database;
    private final Checkpoints checkpoints;
    private final Lock holding;

    Switch(Store database, Checkpoints checkpoints, Lock holding) {
        this.database = database;
        this.checkpoints = checkpoints;
        this.holding = holding;
    }

    /** Gives up after some seconds, with an exception that says that trying again may help. */
    void to(ProjectionVersion next, Consumer<Position> catchUp, Consumer<Duration> pausing) {
        if (database.result(
                "looking whether %s is active".formatted(next), transaction -> isActive(transaction, next))) {
            return;
        }
        waiting(next.phase() == VersionPhase.BUILDING ? WORK : PREPARING, next)
                .run("preparing the switch to " + next, transaction -> prepare(transaction, next));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!succeeds(next, catchUp, deadline)) {
            pausing.accept(PAUSE);
        }
    }

    private boolean succeeds(ProjectionVersion next, Consumer<Position> catchUp, long deadline) {
        try {
            rehearse(next);
            changeAlone(next, catchUp);
            return true;
        } catch (RuntimeException e) {
            if (!LOCK_NOT_AVAILABLE.equals(SqlStates.of(e))) {
                throw e;
            }
            if (System.nanoTime() > deadline) {
                throw blocked(next, e);
            }
            return false;
        }
    }

    private RuntimeException blocked(ProjectionVersion next, RuntimeException failure) {
        var readers = readers(next);
        return readers.isEmpty()
                ? failure
                : new ReadModelException(
                        next.projection(),
                        "version %d cannot be shown while others read under the plain names: trying again helps when these transactions end: %s"
                                .formatted(next.number(), String.join("; ", readers)),
                        failure);
    }

    private Store waiting(Duration forLocks, ProjectionVersion next) {
        return database.unhurried().of(next).waiting(forLocks);
    }

    private void changeAlone(ProjectionVersion next, Consumer<Position> catchUp) {
        holding.lock();
        try {
            waiting(WORK, next)
                    .holding()
                    .run("switching to " + next, transaction -> change(transaction, next, catchUp));
        } finally {
            holding.unlock();
        }
    }

    private static boolean isActive(DSLContext context, ProjectionVersion next) {
        return Versions.active(context, next.projection())
                .filter(version -> version.number() == next.number())
                .isPresent();
    }

    /** What may take its time and concerns no reader. */
    private static void prepare(DSLContext transaction, ProjectionVersion next) {
        var active = replaced(transaction, next);
        active.ifPresent(before -> new VersionTables(transaction).inherit(next, before));
        new PlainNames(transaction).requireShowable(next, active);
    }

    /** Does to the views what the switch does and takes it back, so that nothing is held while a reader keeps one. */
    private void rehearse(ProjectionVersion next) {
        waiting(WORK, next).holding().run("rehearsing the switch to " + next, transaction -> {
            transaction.execute("SAVEPOINT rehearsal");
            new PlainNames(transaction).show(next, replaced(transaction, next));
            transaction.execute("ROLLBACK TO SAVEPOINT rehearsal");
        });
    }

    /** The version whose place it takes; empty if it is the active one itself. */
    private static Optional<ProjectionVersion> replaced(DSLContext transaction, ProjectionVersion next) {
        return Versions.active(transaction, next.projection()).filter(version -> version.number() != next.number());
    }

    private void change(DSLContext transaction, ProjectionVersion next, Consumer<Position> catchUp) {
        Versions.lock(transaction, next.projection());
        var active = Versions.active(transaction, next.projection());
        if (isActive(transaction, next)) {
            return;
        }
        var held = active.map(version -> checkpoints.hold(transaction, version, next))
                .orElse(Position.ZERO);
        catchUp.accept(held);
        requireCaughtUp(transaction, next, held);
        new PlainNames(transaction).show(next, active);
        active.ifPresent(version -> setPhase(transaction, version, VersionPhase.RETIRED));
        setPhase(transaction, next, VersionPhase.ACTIVE);
        Leases.built(transaction, next);
        Superseded.mark(transaction, next, active);
    }

    private static void requireCaughtUp(DSLContext dsl, ProjectionVersion next, Position held) {
        var reached = Checkpoints.position(dsl, next);
        if (reached.isBefore(held)) {
            throw new ReadModelException(
                    next.projection(),
                    "version %d is at position %s and the active version at %s: readers would go back in time; catch up first"
                            .formatted(next.number(), reached, held));
        }
    }

    /** The checkpoint learns it as well: a projector that waits for this transaction to end looks there, not here. */
    private static void setPhase(DSLContext dsl, ProjectionVersion version, VersionPhase phase) {
        dsl.execute("""
                UPDATE afterimage.projection_version SET phase = ?,
                  activated_at = CASE WHEN ? = 'active' THEN clock_timestamp() ELSE activated_at END
                WHERE projection = ? AND version = ?""", phase.stored(), phase.stored(), version.projection(), version.number());
        dsl.execute(
                "UPDATE afterimage.checkpoint SET follows_active = ? WHERE projection = ? AND version = ?",
                phase == VersionPhase.RETIRED,
                version.projection(),
                version.number());
    }

    private List<String> readers(ProjectionVersion next) {
        return database.result(
                "looking who reads " + next,
                transaction -> transaction.connectionResult(
                        connection -> LockHolders.onRelations(connection, next.schema(), next.tables())));
    }
}
