package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import dev.afterimage.postgres.Bounds;
import java.util.function.Consumer;
import org.jooq.DSLContext;

/** Stands in for a projector: after each step, twenty rows say up to which position they were folded. */
final class TestFold {

    static final int PLAYERS = 20;

    private final ReadModelsRig rig;
    private final Checkpoints.Claim claim;
    private Position position;

    TestFold(ReadModelsRig rig, ProjectionVersion version) {
        this.rig = rig;
        this.claim = rig.checkpoints.claim(version);
        this.position = claim.position();
    }

    ProjectionVersion version() {
        return claim.version();
    }

    Position position() {
        return position;
    }

    /** Moves rows and checkpoint in one transaction, as a projector does. */
    Advance to(long target) {
        var to = new Position(target);
        if (!position.isBefore(to)) {
            return new Advance.Moved();
        }
        var advance = rig.readModels.inOneTransaction(version(), Bounds.defaults(), transaction -> {
            var result = rig.checkpoints.advance(transaction, claim, position, to);
            if (result instanceof Advance.Moved) {
                write(transaction, target);
            }
            return result;
        });
        if (advance instanceof Advance.Moved) {
            position = to;
            rig.checkpoints.moved();
        }
        return advance;
    }

    private static void write(DSLContext transaction, long target) {
        transaction.resultQuery("""
                            INSERT INTO {0} (player, points) SELECT 'player ' || i, {1} FROM generate_series(1, {2}) i
                            ON CONFLICT (player) DO UPDATE SET points = excluded.points RETURNING 1""", ScoreTable.SCORE, target, PLAYERS).fetch();
    }

    Consumer<Position> catchUp() {
        return held -> to(held.value());
    }
}
