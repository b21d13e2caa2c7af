package dev.afterimage.readmodels;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;

/** How far each version has been folded. A checkpoint and the rows it stands for move in one transaction. */
public final class Checkpoints {

    /**
     * A version as its one projector holds it: the epoch fences every earlier holder.
     *
     * @param logGeneration of the log that its rows stand on
     * @param event the last one that was folded; empty if none was or if a node of an older version folded it
     */
    public record Claim(
            ProjectionVersion version, long epoch, Position position, long logGeneration, Optional<EventId> event) {

        /** The same with rows that stand on another generation of the log and end with another event. */
        public Claim of(long generation, Optional<EventId> last) {
            return new Claim(version, epoch, position, generation, last);
        }

        private static Claim read(Record row, ProjectionVersion version) {
            return new Claim(
                    version,
                    row.get(0, Long.class),
                    new Position(row.get(1, Long.class)),
                    row.get(2, Long.class),
                    Optional.ofNullable(row.get(3, UUID.class)).map(EventId::new));
        }
    }

    /** The columns of a claim. A node of an older version moves the position alone. */
    private static final String CLAIM =
            "epoch, position, log_generation, CASE WHEN last_event_position = position THEN last_event END";

    /** A transaction that holds a checkpoint and says nothing for so long is ended: its node may be frozen. */
    static final Duration HELD_IDLE = Duration.ofSeconds(15);

    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private final Store database;
    private final CheckpointSignal signal;

    Checkpoints(Store database, CheckpointSignal signal) {
        this.database = database;
        this.signal = signal;
    }

    /**
     * Becomes the one projector of a version.
     *
     * @throws ReadModelException if there is no such version
     */
    public Claim claim(ProjectionVersion version) {
        return database.result("claiming " + version, transaction -> claim(transaction, version));
    }

    static Claim claim(DSLContext context, ProjectionVersion version) {
        var row = context.fetchOne("""
                UPDATE afterimage.checkpoint SET epoch = nextval('afterimage.epoch')
                WHERE projection = ? AND version = ? RETURNING %s""".formatted(CLAIM), version.projection(), version.number());
        if (row == null) {
            throw new ReadModelException(version.projection(), "version %d was dropped".formatted(version.number()));
        }
        return Claim.read(row, version);
    }

    /**
     * Moves the checkpoint inside a transaction and locks it until commit. Call it before the rows are written: it is
     * the fence.
     *
     * @param claim with the generation and the last event that are to be recorded
     * @throws VersionFencedException if the checkpoint is not where the claim left it
     */
    public Advance advance(DSLContext transaction, Claim claim, Position from, Position to) {
        var moved = transaction.execute(
                """
                UPDATE afterimage.checkpoint AS c SET position = ?, log_generation = ?, last_event = ?,
                  last_event_position = ?, moved_at = now()
                WHERE c.projection = ? AND c.version = ? AND c.epoch = ? AND c.position = ?
                  AND set_config('idle_in_transaction_session_timeout', ?, true) IS NOT NULL
                  AND (NOT c.follows_active OR ? <= (
                    SELECT a.position FROM afterimage.checkpoint a
                      JOIN afterimage.projection_version v USING (projection, version)
                    WHERE v.projection = c.projection AND v.phase = 'active'))""",
                to.value(),
                claim.logGeneration(),
                claim.event().map(EventId::value).orElse(null),
                to.value(),
                claim.version().projection(),
                claim.version().number(),
                claim.epoch(),
                from.value(),
                Long.toString(HELD_IDLE.toMillis()),
                to.value());
        return moved == 1 ? new Advance.Moved() : whyNot(transaction, claim, from);
    }

    private static Advance whyNot(DSLContext transaction, Claim claim, Position from) {
        return transaction
                .resultQuery("""
                        SELECT a.position FROM afterimage.checkpoint c
                          JOIN afterimage.projection_version v ON v.projection = c.projection AND v.phase = 'active'
                          JOIN afterimage.checkpoint a ON a.projection = v.projection AND a.version = v.version
                        WHERE c.projection = ? AND c.version = ? AND c.epoch = ? AND c.position = ? AND c.follows_active""", claim.version().projection(), claim.version().number(), claim.epoch(), from.value())
                .fetchOptionalInto(Long.class)
                .map(active -> new Advance.Ahead(new Position(active)))
                .orElseThrow(() -> new VersionFencedException(claim.version(), claim.epoch(), from));
    }

    /**
     * Where a claimed version really is: after a commit whose outcome is unknown. Waits for such a commit if the server
     * is still at it.
     *
     * @throws VersionFencedException if it was claimed by another projector or dropped
     */
    public Claim recover(Claim claim) {
        return database
                .fetch(
                        "looking where %s is".formatted(claim.version()),
                        """
                        SELECT %s FROM afterimage.checkpoint
                        WHERE projection = ? AND version = ? AND epoch = ? FOR UPDATE""".formatted(CLAIM),
                        claim.version().projection(),
                        claim.version().number(),
                        claim.epoch())
                .stream()
                .findFirst()
                .map(row -> Claim.read(row, claim.version()))
                .orElseThrow(() -> new VersionFencedException(claim.version(), claim.epoch(), claim.position()));
    }

    /** Wakes whoever waits for a position; call it after the commit. */
    public void moved() {
        signal.raise();
    }

    /** How often checkpoints moved in this process: take it before a look that {@link #awaitMove} may follow. */
    public long moves() {
        return signal.seen();
    }

    /** Returns when some checkpoint moved in this process after so many moves, or after the time-out. */
    public void awaitMove(long moves, Duration timeout) throws InterruptedException {
        signal.await(moves, timeout);
    }

    /** Where a version is. */
    public Position position(ProjectionVersion version) {
        return database.result("looking where %s is".formatted(version), transaction -> position(transaction, version));
    }

    /**
     * Waits until a version has been folded up to a position.
     *
     * @return false after the time-out, or at once if the version has recorded a failure
     */
    public boolean await(ProjectionVersion version, Position reached, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (position(version).isBefore(reached)) {
                long seen = signal.seen();
                long left = deadline - System.nanoTime();
                if (left <= 0 || hasFailed(version)) {
                    return false;
                }
                signal.await(seen, Duration.ofNanos(Math.min(left, LOOK_EVERY.toNanos())));
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean hasFailed(ProjectionVersion version) {
        return database.fetch(
                        "looking whether %s failed".formatted(version), """
                        SELECT 1 FROM afterimage.projection_version
                        WHERE projection = ? AND version = ? AND failure IS NOT NULL""", version.projection(), version.number())
                .isNotEmpty();
    }

    /** Holds a checkpoint where it is until the transaction ends: the version's projector waits. */
    Position hold(DSLContext transaction, ProjectionVersion version) {
        return new Position(Single.value(
                transaction.resultQuery(
                        "SELECT position FROM afterimage.checkpoint WHERE projection = ? AND version = ? FOR UPDATE",
                        version.projection(),
                        version.number()),
                Long.class));
    }

    /**
     * Holds the active version where it is, for the next one to catch up; {@link Position#ZERO} if its rows stand on an
     * older generation of the log than the next one's, on events that it does not have, or nobody knows on what: there
     * is no going back in time in something that was wrong.
     */
    Position hold(DSLContext transaction, ProjectionVersion active, ProjectionVersion next) {
        return transaction
                .resultQuery("""
                        SELECT a.position FROM afterimage.checkpoint a, afterimage.checkpoint n
                        WHERE a.projection = ? AND a.version = ? AND n.projection = a.projection AND n.version = ?
                          AND a.log_generation >= n.log_generation
                          AND NOT EXISTS (SELECT FROM afterimage.version_lease l
                            WHERE l.projection = a.projection AND l.version = a.version AND l.state = 'OUTDATED')
                        FOR UPDATE OF a""", active.projection(), active.number(), next.number())
                .fetchOptionalInto(Long.class)
                .map(Position::new)
                .orElse(Position.ZERO);
    }

    static Position position(DSLContext context, ProjectionVersion version) {
        return new Position(Single.value(
                context.resultQuery(
                        "SELECT position FROM afterimage.checkpoint WHERE projection = ? AND version = ?",
                        version.projection(),
                        version.number()),
                Long.class));
    }
}
