package dev.afterimage.projector.step;

import dev.afterimage.domain.Decoded;
import dev.afterimage.domain.EventDecoder;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.LogPartition;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.projector.fold.DecodedEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the log and decodes each event once for all projections: the last slices that were read are remembered, and a
 * projection a little behind another finds its events there. What is remembered is bounded in bytes.
 */
public final class DecodedLog {

    private static final int REMEMBERED_SLICES = 64;
    private static final long REMEMBERED_BYTES = 32L << 20;
    private static final int SMALL_SLICE = 1_000;
    private static final long SMALL_BYTES = 1L << 20;
    private static final long BATCH_BYTES = 16L << 20;
    private static final ReadLimits SLICE =
            ReadLimits.defaults().withEvents(5_000).withBytes(8L << 20);

    /** Events that follow each other. */
    private record Slice(Optional<EventId> previous, List<DecodedEvent> events, long bytes) {

        static Slice of(Optional<EventId> previous, List<DecodedEvent> events) {
            return new Slice(
                    previous,
                    List.copyOf(events),
                    events.stream().mapToLong(DecodedEvent::footprint).sum());
        }

        /** How many of its events are not after a position; too many if it does not have the next one. */
        long before(Position after) {
            return after.value() + 1 - events.getFirst().position().value();
        }

        boolean hasNext(Position after) {
            return before(after) >= 0 && before(after) < events.size();
        }

        Optional<EventId> at(Position position) {
            int before = (int) before(position);
            return before == 0 ? previous : Optional.of(events.get(before - 1).id());
        }

        List<DecodedEvent> after(Position after) {
            return events.subList((int) before(after), events.size());
        }

        /** Small slices are kept together, so that a reader a little behind finds them although they are many. */
        boolean canGrowBy(Slice next) {
            return before(next.events().getFirst().position()) == events.size() + 1L
                    && next.previous().equals(Optional.of(events.getLast().id()))
                    && events.size() + next.events().size() <= SMALL_SLICE
                    && bytes + next.bytes() <= SMALL_BYTES;
        }

        Slice grownBy(Slice next) {
            return new Slice(
                    previous,
                    Stream.concat(events.stream(), next.events().stream()).toList(),
                    bytes + next.bytes());
        }
    }

    /**
     * @param before the event before them
     * @param isLast whether the log had no more when it was read just now, so that asking again is in vain
     */
    private record Found(long generation, Optional<EventId> before, List<DecodedEvent> events, boolean isLast) {}

    private final LogPartition log;
    private final EventDecoder decoder;
    private final Deque<Slice> slices = new ArrayDeque<>();
    private long remembered;
    private long generation;

    public DecodedLog(LogPartition log, EventDecoder decoder) {
        this.log = log;
        this.decoder = decoder;
    }

    public LogPartition log() {
        return log;
    }

    EventDecoder decoder() {
        return decoder;
    }

    /**
     * The events after a position, in order: at most {@code events} of them, and fewer where a slice ends, as it does
     * at the head, or if they are large; none only if there are none. All are of one generation of the log.
     */
    public DecodedBatch readAfter(Position after, int events) {
        var batch = new ArrayList<DecodedEvent>();
        long bytes = 0;
        var found = sliceAfter(after);
        var first = found;
        while (!found.events().isEmpty() && continues(first, batch, found)) {
            var taken = found.events().subList(0, Math.min(found.events().size(), events - batch.size()));
            batch.addAll(taken);
            bytes += taken.stream().mapToLong(DecodedEvent::bytes).sum();
            if (found.isLast() || batch.size() == events || bytes >= BATCH_BYTES) {
                break;
            }
            found = sliceAfter(batch.getLast().position());
        }
        return new DecodedBatch(first.generation(), first.before(), batch);
    }

    private static boolean continues(Found first, List<DecodedEvent> batch, Found next) {
        return next.generation() == first.generation()
                && (batch.isEmpty()
                        || next.before().equals(Optional.of(batch.getLast().id())));
    }

    /** One reader at a time: who comes second finds what the first one decoded. */
    private synchronized Found sliceAfter(Position after) {
        for (var slice : slices) {
            if (slice.hasNext(after)) {
                return new Found(generation, slice.at(after), slice.after(after), false);
            }
        }
        return read(after);
    }

    private Found read(Position after) {
        var read = log.readAfter(after, SLICE);
        var decoded = read.events().stream().map(this::decode).toList();
        if (read.generation() != generation) {
            forget();
            generation = read.generation();
        }
        if (!decoded.isEmpty()) {
            remember(Slice.of(read.before(), decoded));
        }
        return new Found(generation, read.before(), decoded, decoded.size() < SLICE.events());
    }

    private void remember(Slice slice) {
        var newest = slices.peekFirst();
        if (newest != null && newest.canGrowBy(slice)) {
            slices.removeFirst();
            slices.addFirst(newest.grownBy(slice));
        } else {
            slices.addFirst(slice);
        }
        remembered += slice.bytes();
        while (slices.size() > 1 && (slices.size() > REMEMBERED_SLICES || remembered > REMEMBERED_BYTES)) {
            remembered -= slices.removeLast().bytes();
        }
    }

    /** How many bytes of memory are remembered, about. */
    public synchronized long remembered() {
        return remembered;
    }

    /** Reads and decodes everything again from now on. */
    public synchronized void forget() {
        slices.clear();
        remembered = 0;
    }

    private DecodedEvent decode(LoggedEvent event) {
        return new DecodedEvent(
                event,
                event.skipped()
                        .<Decoded>map(reason -> new Decoded.Unreadable("an operator had it skipped: " + reason))
                        .orElseGet(() -> decoder.decode(event.event())));
    }
}
