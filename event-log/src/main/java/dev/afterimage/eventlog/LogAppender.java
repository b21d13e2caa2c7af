package dev.afterimage.eventlog;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.Position;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Appends one source's events. Fenced by its epoch: once another appender claimed the source, every append fails. Used
 * by one thread at a time.
 */
public interface LogAppender {

    /** The fencing number of this claim; a later claim has a greater one. */
    long epoch();

    /**
     * Appends the entries in the given order and records the source's mark, all or nothing, durably.
     *
     * @param entries may be empty, to record the mark alone
     * @return the position of the last event of the log
     * @throws FencedException if another appender has claimed the source
     * @throws LogRestoredException if the log is not as this appender left it: it was restored back in time
     * @throws OutOfSequenceException if an event does not follow the one before it in its aggregate
     * @throws LogDamagedException if the log does not end where its head says
     */
    Position append(List<LogEntry> entries, SourceMark mark);

    /** Which of these events the log has already. */
    Set<EventId> alreadyAppended(Collection<EventId> events);
}
