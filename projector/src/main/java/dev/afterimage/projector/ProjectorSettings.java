package dev.afterimage.projector;

import dev.afterimage.postgres.Bounds;
import java.time.Duration;

/**
 * How projections run.
 *
 * @param liveBatch events a live projection folds in one transaction, at most; it takes what is there and never waits
 * @param rebuildBatch events a rebuild folds in one transaction, at most
 * @param keptRows rows of each table that stay in memory between batches
 * @param idleLook how often an idle projection looks at the log although nothing woke it
 * @param maxBackOff the longest wait before a batch is tried again that failed for a passing reason
 * @param bounds how long the statements of a batch may take, those of handlers included; what takes longer is tried
 *     again
 */
public record ProjectorSettings(
        int liveBatch, int rebuildBatch, int keptRows, Duration idleLook, Duration maxBackOff, Bounds bounds) {

    /** A statement may write all rows of a large batch. */
    private static final Bounds BOUNDS = Bounds.defaults().withStatement(Duration.ofMinutes(5));

    private static final int MAX_BATCH = 1_000_000;

    public ProjectorSettings {
        requireBatch("ProjectorSettings.withLiveBatch", liveBatch);
        requireBatch("ProjectorSettings.withRebuildBatch", rebuildBatch);
        if (keptRows < 0) {
            throw new IllegalArgumentException("ProjectorSettings.withKeptRows must be 0 or more, was " + keptRows);
        }
        requireWait("idleLook of ProjectorSettings", idleLook);
        requireWait("ProjectorSettings.withMaxBackOff", maxBackOff);
    }

    private static void requireWait(String name, Duration wait) {
        if (wait.toMillis() < 1) {
            throw new IllegalArgumentException("%s must be 1 ms or more, was %s".formatted(name, wait));
        }
    }

    private static void requireBatch(String name, int events) {
        if (events < 1 || events > MAX_BATCH) {
            throw new IllegalArgumentException("%s must be 1..%d events, was %d".formatted(name, MAX_BATCH, events));
        }
    }

    public static ProjectorSettings defaults() {
        return new ProjectorSettings(5_000, 20_000, 50_000, Duration.ofSeconds(1), Duration.ofSeconds(10), BOUNDS);
    }

    /** How long to wait before a build that failed so often before is tried again: from a second to 30 back-offs. */
    Duration buildBackOff(int failuresBefore) {
        var longest = maxBackOff.multipliedBy(30);
        var wait = Duration.ofSeconds(1L << Math.min(failuresBefore, 20));
        return wait.compareTo(longest) < 0 ? wait : longest;
    }

    public ProjectorSettings withLiveBatch(int events) {
        return new ProjectorSettings(events, rebuildBatch, keptRows, idleLook, maxBackOff, bounds);
    }

    public ProjectorSettings withRebuildBatch(int events) {
        return new ProjectorSettings(liveBatch, events, keptRows, idleLook, maxBackOff, bounds);
    }

    public ProjectorSettings withKeptRows(int rows) {
        return new ProjectorSettings(liveBatch, rebuildBatch, rows, idleLook, maxBackOff, bounds);
    }

    public ProjectorSettings withMaxBackOff(Duration longest) {
        return new ProjectorSettings(liveBatch, rebuildBatch, keptRows, idleLook, longest, bounds);
    }

    public ProjectorSettings withBounds(Bounds ofBatches) {
        return new ProjectorSettings(liveBatch, rebuildBatch, keptRows, idleLook, maxBackOff, ofBatches);
    }
}
