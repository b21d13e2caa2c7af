package dev.afterimage.relay;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.SourceMark;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Appends every delivered event exactly once. After a connect the source delivers again what was appended but not yet
 * acknowledged: always the first events of the stream, because it delivers in commit order and the log keeps that
 * order. So events are looked up in the log until the first that is new, and never after.
 */
final class AppendOnce implements ChangeSource.Receiver {

    /** What one delivery came to. */
    record Delivered(Position head, int events, List<Change> changes) {}

    private final LogAppender log;
    private final Consumer<Delivered> delivered;
    private Bookmark bookmark;
    private boolean redelivering = true;

    AppendOnce(LogAppender log, Bookmark bookmark, Consumer<Delivered> delivered) {
        this.log = log;
        this.bookmark = bookmark;
        this.delivered = delivered;
    }

    /** The bookmark is recorded with the events, before the source may acknowledge: the slot never gets ahead of it. */
    @Override
    public void receive(List<Change> changes) {
        var events = withoutRedelivered(recorded(changes));
        for (var change : changes) {
            bookmark = bookmark.atLeast(change.acknowledges());
        }
        var head = log.append(LogEntry.all(events), SourceMark.of(bookmark.toString()));
        delivered.accept(new Delivered(head, events.size(), changes));
    }

    private static List<RecordedEvent> recorded(List<Change> changes) {
        return changes.stream()
                .filter(Change.Recorded.class::isInstance)
                .map(change -> ((Change.Recorded) change).event())
                .toList();
    }

    private List<RecordedEvent> withoutRedelivered(List<RecordedEvent> events) {
        if (!redelivering || events.isEmpty()) {
            return events;
        }
        var present = log.alreadyAppended(events.stream().map(RecordedEvent::id).toList());
        var fresh = events.subList(present.size(), events.size());
        requirePrefix(events, present);
        redelivering = fresh.isEmpty();
        return fresh;
    }

    private static void requirePrefix(List<RecordedEvent> events, Set<EventId> present) {
        for (int i = 0; i < present.size(); i++) {
            if (!present.contains(events.get(i).id())) {
                throw new IllegalStateException(
                        "%s was committed before %d events that the log has, and the log lacks it: run verify, then repair"
                                .formatted(events.get(i).describe(), present.size() - i));
            }
        }
    }
}
