package dev.afterimage.eventlog;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.LogIndex;
import dev.afterimage.domain.Position;
import java.time.Duration;
import java.util.List;

/** A part of the log with positions of its own: dense, from 1, in the order of commits. */
public interface LogPartition extends LogIndex {

    /**
     * The events after a position, in order and without holes; none at the head. Never more than the limits allow, but
     * always at least one event if there is one.
     *
     * @throws LogDamagedException if an event that was in the log is missing, or the log ends before the position
     */
    LogSlice readAfter(Position after, ReadLimits limits);

    /**
     * Waits until there is an event after a position. Woken by the append, also from another process.
     *
     * @return whether there is one; false after the time-out or when the log is closed
     */
    boolean awaitAfter(Position after, Duration timeout) throws InterruptedException;

    /** What was changed since a generation, in order; empty if that is the log's generation still. */
    List<Correction> correctionsSince(long generation);

    /** Looks at what the log holds, for a comparison with its sources. */
    LogAudit audit();
}
