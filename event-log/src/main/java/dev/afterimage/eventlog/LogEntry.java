package dev.afterimage.eventlog;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.Commit;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.RecordedEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What goes into the log: an event, or the place of one that is left out.
 *
 * @param commit where and when it was committed, as far as it is known
 * @param skipped why the event is left out; its content must be empty then
 */
public record LogEntry(RecordedEvent event, Optional<Commit> commit, Optional<String> skipped) {

    /** What stands in the log in the place of an event that was left out. */
    public static final EventType SKIPPED = new EventType("afterimage-skipped", 1);

    /** An event of which only the content is known. */
    public static LogEntry of(RecordedEvent event) {
        return new LogEntry(event, Optional.empty(), Optional.empty());
    }

    public static LogEntry of(RecordedEvent event, Commit commit) {
        return new LogEntry(event, Optional.of(commit), Optional.empty());
    }

    /** Events of which only the content is known. */
    public static List<LogEntry> all(List<RecordedEvent> events) {
        return events.stream().map(LogEntry::of).toList();
    }

    /** Keeps the place and the sequence of an event that an operator decided to leave out. */
    public static LogEntry skipped(
            EventId id, AggregateRef aggregate, long sequence, Instant occurredAt, Commit commit, String reason) {
        var place = new RecordedEvent(id, aggregate, sequence, SKIPPED, "{}", Metadata.none(), occurredAt);
        return new LogEntry(place, Optional.of(commit), Optional.of(reason));
    }
}
