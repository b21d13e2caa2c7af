package dev.afterimage.readmodels;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.LogIndex;
import dev.afterimage.domain.LogPlace;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import dev.afterimage.domain.SourceProgress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A log that knows nothing but where its events are. */
final class MemoryLog implements LogIndex {

    private final Map<EventId, Position> positions = new ConcurrentHashMap<>();
    private final Map<Position, Instant> committed = new ConcurrentHashMap<>();
    private volatile List<SourceProgress> sources = List.of();
    private volatile Position head = Position.ZERO;
    private volatile long generation;
    private volatile boolean damaged;

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

    /** Somebody removed what says where it ends. */
    void damage() {
        damaged = true;
    }

    @Override
    public Position head() {
        if (damaged) {
            throw new LogDamagedException("its head row is missing");
        }
        return head;
    }

    @Override
    public Optional<LogPlace> placeOf(EventId event) {
        return Optional.ofNullable(positions.get(event)).map(position -> new LogPlace(position, generation));
    }

    @Override
    public long generation() {
        return generation;
    }

    /** As after a repair. */
    void generation(long risen) {
        generation = risen;
    }

    @Override
    public Optional<Instant> committedAfter(Position position) {
        return Optional.ofNullable(committed.get(position.plus(1)));
    }

    @Override
    public List<SourceProgress> sources() {
        return sources;
    }

    /** The relay of the one source streams and has brought everything up to a time. */
    void completeUpTo(Instant complete) {
        relay(RelayState.STREAMING, Instant.now(), Optional.of(complete));
    }

    void relay(RelayState state, Instant seenAt, Optional<Instant> completeUpTo) {
        sources = List.of(new SourceProgress("orders", state, "as reported", seenAt, seenAt, completeUpTo, head));
    }

    void committed(long position, Instant at) {
        committed.put(new Position(position), at);
    }
}
