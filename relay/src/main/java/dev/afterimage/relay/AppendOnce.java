package dev.afterimage.relay;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.OutOfSequenceException;
import dev.afterimage.eventlog.SourceMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Appends every delivered event exactly once. After a connect the source delivers again what was appended but not yet
 * acknowledged: always the first events of the stream, because it delivers in commit order and the log keeps that
 * order. So events are looked up in the log until the first that is new, and never after.
 */
final class AppendOnce implements ChangeSource.Receiver {

    /** What one append came to. */
    record Delivered(Position head, int events, List<Change> changes) {}

    private static final long CHUNK_CHARACTERS = 4L << 20;

    private final LogAppender log;
    private final OperatorDecisions decisions;
    private final Predicate<String> isOurs;
    private final Consumer<Delivered> delivered;
    private final List<LogEntry> entries = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private long characters;
    private Bookmark recorded;
    private Bookmark bookmark;
    private @Nullable Instant completeUpTo;
    private boolean redelivering = true;

    /** @param isOurs whether a canary with this token was sent by this relay: others may say any time */
    AppendOnce(
            LogAppender log,
            OperatorDecisions decisions,
            Bookmark bookmark,
            Predicate<String> isOurs,
            Consumer<Delivered> delivered) {
        this.log = log;
        this.decisions = decisions;
        this.recorded = bookmark;
        this.bookmark = bookmark;
        this.isOurs = isOurs;
        this.delivered = delivered;
    }

    /**
     * Appends in pieces, so that a delivery of many large events is not in memory twice. What comes before a change
     * that is refused is appended.
     */
    @Override
    public void receive(List<Change> delivery) {
        var present = redelivering ? redelivered(delivery) : Set.<EventId>of();
        for (var change : delivery) {
            if (change instanceof Change.Row row && !present.contains(row.id())) {
                take(row);
            }
            if (change instanceof Change.Misnamed row) {
                append();
                throw decisions.misnamed(row);
            }
            passed(change);
            if (characters >= CHUNK_CHARACTERS) {
                append();
            }
        }
        append();
    }

    private void take(Change.Row row) {
        LogEntry entry;
        try {
            entry = decisions.entry(row);
        } catch (RefusedChangeException e) {
            append();
            throw e;
        }
        entries.add(entry);
        characters += entry.event().payload().length();
    }

    private void passed(Change change) {
        changes.add(change);
        bookmark = bookmark.atLeast(change.acknowledges());
        if (change instanceof Change.Canary canary) {
            canary.sentAt()
                    .filter(sent -> isOurs.test(canary.token()))
                    .filter(sent -> completeUpTo == null || sent.isAfter(completeUpTo))
                    .ifPresent(sent -> completeUpTo = sent);
        }
    }

    /** The mark is recorded with the events, before the source may acknowledge: the slot never gets ahead of it. */
    private void append() {
        var mark = new SourceMark(bookmark.toString(), Optional.ofNullable(completeUpTo));
        while (true) {
            try {
                var head = log.append(entries, mark);
                delivered.accept(new Delivered(head, entries.size(), List.copyOf(changes)));
                break;
            } catch (OutOfSequenceException e) {
                decide(e);
            }
        }
        recorded = bookmark;
        entries.clear();
        changes.clear();
        characters = 0;
    }

    /**
     * Puts in what operators decided about the event; without a decision appends what comes before and refuses. An
     * event that the log has is no problem: somebody deleted its row and put it back.
     */
    private void decide(OutOfSequenceException problem) {
        var id = problem.event().id();
        int at = indexOf(id);
        if (log.alreadyAppended(List.of(id)).contains(id)) {
            entries.remove(at);
            return;
        }
        try {
            entries.set(at, decisions.instead(entries.get(at), problem));
        } catch (RefusedChangeException e) {
            // nothing is marked: what is delivered again is found in the log
            log.append(entries.subList(0, at), new SourceMark(recorded.toString(), Optional.empty()));
            throw e;
        }
    }

    private int indexOf(EventId id) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).event().id().equals(id)) {
                return i;
            }
        }
        throw new IllegalStateException("the log refused an event that was not appended: " + id);
    }

    private Set<EventId> redelivered(List<Change> delivery) {
        var ids = delivery.stream()
                .filter(Change.Row.class::isInstance)
                .map(change -> ((Change.Row) change).id())
                .toList();
        if (ids.isEmpty()) {
            return Set.of();
        }
        var present = log.alreadyAppended(ids);
        requirePrefix(delivery, present);
        redelivering = present.size() == new HashSet<>(ids).size();
        return present;
    }

    private void requirePrefix(List<Change> delivery, Set<EventId> present) {
        int left = present.size();
        for (var change : delivery) {
            if (left > 0 && change instanceof Change.Row row) {
                if (!present.contains(row.id())) {
                    throw decisions.hole(row, left);
                }
                left--;
            }
        }
    }
}
