package dev.afterimage.eventlog;

import dev.afterimage.domain.LoggedEvent;
import java.util.List;

/**
 * Events that stand next to each other in the log, read at one moment.
 *
 * @param generation the log's generation at that moment
 * @param events in order and without holes
 */
public record LogSlice(long generation, List<LoggedEvent> events) {

    public LogSlice {
        events = List.copyOf(events);
    }
}
