package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import java.util.Optional;
import java.util.function.Consumer;
import org.jooq.DSLContext;

/**
 * Replaces the active version. The active version is held where it is, the next one catches up to there, and phases and
 * views change in the same transaction: no reader sees an older, an empty or a half-built model.
 */
final class Switch {

    private final DSLContext database;
    private final Checkpoints checkpoints;

    Switch(DSLContext database, Checkpoints checkpoints) {
        this.database = database;
        this.checkpoints = checkpoints;
    }

    void to(ProjectionVersion next, Consumer<Position> catchUp) {
        letReadersMoveOn(next);
        database.transaction(transaction -> {
            var dsl = transaction.dsl();
            dsl.execute("SET LOCAL lock_timeout = '5s'");
            Versions.lock(dsl, next.projection());
            var active = Versions.active(dsl, next.projection());
            if (active.filter(version -> version.number() == next.number()).isPresent()) {
                return;
            }
            var held = active.map(version -> checkpoints.hold(dsl, version)).orElse(Position.ZERO);
            catchUp.accept(held);
            requireCaughtUp(dsl, next, held);
            dropSuperseded(dsl, next, active);
            active.ifPresent(version -> retire(dsl, version, next));
            new VersionTables(dsl).showUnderPlainNames(next);
            setPhase(dsl, next, VersionPhase.ACTIVE);
            Versions.notifyChanged(dsl);
        });
    }

    /** A reader may remember the retired version as the active one, so it is dropped only when nobody can any more. */
    private void letReadersMoveOn(ProjectionVersion next) {
        database.execute(
                """
                SELECT pg_sleep(greatest(0, ? - extract(epoch FROM clock_timestamp() - activated_at)))
                FROM afterimage.projection_version WHERE projection = ? AND phase = 'active' AND version <> ?
                  AND EXISTS (SELECT FROM afterimage.projection_version
                    WHERE projection = ? AND phase = 'retired' AND version <> ?)""",
                2 * ActiveVersions.REMEMBERED.toSeconds(),
                next.projection(),
                next.number(),
                next.projection(),
                next.number());
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

    /** One older version stays for going back; what is older still goes. */
    private static void dropSuperseded(DSLContext dsl, ProjectionVersion next, Optional<ProjectionVersion> active) {
        Versions.of(dsl, next.projection()).stream()
                .filter(version -> version.number() != next.number())
                .filter(version ->
                        active.isEmpty() || version.number() != active.get().number())
                .forEach(version -> Versions.dropIn(dsl, version));
    }

    private static void retire(DSLContext dsl, ProjectionVersion version, ProjectionVersion next) {
        setPhase(dsl, version, VersionPhase.RETIRED);
        new VersionTables(dsl).hidePlainNames(version, next);
    }

    /** The checkpoint is told as well: a projector that waits for this transaction to end looks there, not here. */
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
}
