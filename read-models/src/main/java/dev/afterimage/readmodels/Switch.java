package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jooq.DSLContext;

/**
 * Replaces the active version. The active version is held where it is, the next one catches up to there, and phases and
 * views change in the same transaction: no reader sees an older, an empty or a half-built model.
 */
final class Switch {

    /** Longer than any reader uses a context that {@link ReadModels#query} gave it. */
    private static final Duration READERS_MOVE_ON = Duration.ofMinutes(1);

    private final DSLContext database;
    private final Checkpoints checkpoints;

    Switch(DSLContext database, Checkpoints checkpoints) {
        this.database = database;
        this.checkpoints = checkpoints;
    }

    void to(ProjectionVersion next, Consumer<Position> catchUp) {
        database.transaction(transaction -> {
            var dsl = transaction.dsl();
            dsl.execute("SET LOCAL lock_timeout = '5s'");
            Versions.lock(dsl, next.projection());
            var active = Versions.active(dsl, next.projection());
            var held = active.map(version -> checkpoints.hold(dsl, version)).orElse(Position.ZERO);
            catchUp.accept(held);
            requireCaughtUp(dsl, next, held);
            dropSuperseded(dsl, next, active);
            active.ifPresent(version -> retire(dsl, version));
            activate(dsl, next);
            new VersionTables(dsl).showUnderPlainNames(next);
            Versions.notifyChanged(dsl);
        });
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

    /**
     * One older version stays for going back. What is older still goes, but not while a reader may remember that it was
     * active: see {@link ActiveVersions}.
     */
    private static void dropSuperseded(DSLContext dsl, ProjectionVersion next, Optional<ProjectionVersion> active) {
        Versions.of(dsl, next.projection()).stream()
                .filter(version -> version.number() != next.number())
                .filter(version ->
                        active.isEmpty() || version.number() != active.get().number())
                .filter(version -> version.phase() == VersionPhase.BUILDING || isForgotten(dsl, version))
                .forEach(version -> Versions.dropIn(dsl, version));
    }

    private static boolean isForgotten(DSLContext dsl, ProjectionVersion version) {
        return Single.value(
                dsl.resultQuery("""
                        SELECT retired_at < now() - make_interval(secs => ?) FROM afterimage.projection_version
                        WHERE projection = ? AND version = ?""", READERS_MOVE_ON.toSeconds(), version.projection(), version.number()),
                Boolean.class);
    }

    private static void retire(DSLContext dsl, ProjectionVersion version) {
        dsl.execute("""
                UPDATE afterimage.projection_version SET phase = 'retired', retired_at = now()
                WHERE projection = ? AND version = ?""", version.projection(), version.number());
    }

    private static void activate(DSLContext dsl, ProjectionVersion version) {
        dsl.execute("""
                UPDATE afterimage.projection_version SET phase = 'active', activated_at = now(), retired_at = NULL
                WHERE projection = ? AND version = ?""", version.projection(), version.number());
    }
}
