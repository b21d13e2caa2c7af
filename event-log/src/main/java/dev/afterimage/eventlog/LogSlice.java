package dev.afterimage.eventlog;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import java.util.List;
import java.util.Optional;

/**
 * Events that stand next to each other in the log, read at one moment.
 *
 * @param generation the log's generation at that moment
 * @param before the event directly before them; empty at the beginning of the log, and after its end
 * @param events in order and without holes
 */
public record LogSlice(long generation, Optional<EventId> before, List<LoggedEvent> events) {

    public LogSlice {
        events = List.copyOf(events);
    }
}
