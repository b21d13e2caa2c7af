package dev.afterimage.readmodels;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;

import dev.afterimage.domain.Position;
import dev.afterimage.readmodels.Comparison.TableComparison;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * Compares rows in a snapshot that is taken while the active version waits and the other has caught up to it; the
 * waiting ends before the rows are read.
 */
final class SnapshotComparison {

    private final Store database;
    private final Checkpoints checkpoints;
    private final Lock holding;

    SnapshotComparison(Store database, Checkpoints checkpoints, Lock holding) {
        this.database = database;
        this.checkpoints = checkpoints;
        this.holding = holding;
    }

    Comparison of(ProjectionVersion other, Consumer<Position> catchUp) {
        try (var snapshot = new Snapshot(database)) {
            var active = together(snapshot, other, catchUp);
            return compare(snapshot.open(), active, other);
        }
    }

    /** Begins the snapshot where both versions are at the same position, and returns the active one. */
    private ProjectionVersion together(Snapshot snapshot, ProjectionVersion other, Consumer<Position> catchUp) {
        holding.lock();
        try {
            return database.unhurried()
                    .waiting(Duration.ofSeconds(5))
                    .holding()
                    .result("comparing " + other, transaction -> {
                        var current = hold(transaction, other, catchUp);
                        requireSamePosition(snapshot.open(), current, other);
                        return current;
                    });
        } finally {
            holding.unlock();
        }
    }

    /** Whoever catches up has given back its connection when the snapshot takes one, so three are enough for all. */
    private ProjectionVersion hold(DSLContext transaction, ProjectionVersion other, Consumer<Position> catchUp) {
        var current = Versions.active(transaction, other.projection())
                .orElseThrow(() -> new ReadModelException(other.projection(), "has no active version"));
        catchUp.accept(checkpoints.hold(transaction, current));
        return current;
    }

    /** The first statement of the snapshot's transaction: what it sees is what all later ones see. */
    private static void requireSamePosition(DSLContext snapshot, ProjectionVersion active, ProjectionVersion other) {
        var activeAt = Checkpoints.position(snapshot, active);
        var otherAt = Checkpoints.position(snapshot, other);
        if (!activeAt.equals(otherAt)) {
            throw new ReadModelException(
                    other.projection(),
                    "versions %d and %d are at positions %s and %s and cannot be compared"
                            .formatted(active.number(), other.number(), activeAt, otherAt));
        }
    }

    private static Comparison compare(DSLContext snapshot, ProjectionVersion active, ProjectionVersion other) {
        var tables = other.tables().stream()
                .map(table -> compare(table, digest(snapshot, active, table), digest(snapshot, other, table)))
                .toList();
        return new Comparison(active, other, Checkpoints.position(snapshot, other), tables);
    }

    private static TableComparison compare(String table, Record active, Record other) {
        return new TableComparison(table, active.get(0, Long.class), other.get(0, Long.class), active.equals(other));
    }

    /** How many rows, and the sum of their hashes: the same for the same rows in any order. */
    private static Record digest(DSLContext snapshot, ProjectionVersion version, String table) {
        return snapshot.resultQuery(
                        "select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from {0} t",
                        name(version.schema(), version.tableName(table)))
                .coerce(field("count", Long.class), field("digest", BigDecimal.class))
                .fetchSingle();
    }
}
