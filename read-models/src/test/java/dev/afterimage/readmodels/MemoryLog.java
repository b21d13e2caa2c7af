package dev.afterimage.readmodels;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LogIndex;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.SourceProgress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A log that knows nothing but where its events are. */
final class MemoryLog implements LogIndex {

    private final Map<EventId, Position> positions = new ConcurrentHashMap<>();
    private volatile Position head = Position.ZERO;

    /** Puts one more event at the head and returns what its writer would hold. */
    synchronized CommitToken append() {
        var token = new CommitToken(EventId.next());
        arrive(token);
        return token;
    }

    synchronized void arrive(CommitToken token) {
        var position = head.plus(1);
        positions.put(token.lastEvent(), position);
        head = position;
    }

    void appendTo(long position) {
        while (head.value() < position) {
            append();
        }
    }

    @Override
    public Position head() {
        return head;
    }

    @Override
    public Optional<Position> positionOf(EventId event) {
        return Optional.ofNullable(positions.get(event));
    }

    @Override
    public long generation() {
        return 0;
    }

    @Override
    public Optional<Instant> committedAfter(Position position) {
        return Optional.empty();
    }

    @Override
    public List<SourceProgress> sources() {
        return List.of();
    }
}
