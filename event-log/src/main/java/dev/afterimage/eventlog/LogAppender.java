package dev.afterimage.eventlog;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Appends one source's events. Fenced by its epoch: once another appender claimed the source, every append fails. */
public interface LogAppender {

    /** The fencing number of this claim; a later claim has a greater one. */
    long epoch();

    /**
     * Appends the events in the given order and records the source's bookmark, all or nothing, durably.
     *
     * @param events may be empty, to record the bookmark alone
     * @return the position of the last event of the log
     * @throws FencedException if another appender has claimed the source
     */
    Position append(List<RecordedEvent> events, String bookmark);

    /** Which of these events the log has already. */
    Set<EventId> alreadyAppended(Collection<EventId> events);
}
