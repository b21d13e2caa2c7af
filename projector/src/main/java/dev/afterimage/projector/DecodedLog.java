package dev.afterimage.projector;

import dev.afterimage.domain.EventDecoder;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.LogPartition;
import dev.afterimage.eventlog.ReadLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads the log and decodes each event once for all projections: the last slices that were read are remembered, and a
 * projection a little behind another finds its events there.
 */
final class DecodedLog {

    private static final int REMEMBERED_SLICES = 8;
    private static final long BATCH_BYTES = 16L << 20;
    private static final ReadLimits SLICE =
            ReadLimits.defaults().withEvents(5_000).withBytes(8L << 20);

    /** @param isLast whether the log had no more when it was read just now, so that asking again is in vain */
    private record Slice(List<DecodedEvent> events, boolean isLast) {
        static final Slice NONE = new Slice(List.of(), true);
    }

    private final LogPartition log;
    private final EventDecoder decoder;
    private final Deque<List<DecodedEvent>> slices = new ArrayDeque<>();

    DecodedLog(LogPartition log, EventDecoder decoder) {
        this.log = log;
        this.decoder = decoder;
    }

    LogPartition log() {
        return log;
    }

    EventDecoder decoder() {
        return decoder;
    }

    /**
     * The events after a position, in order: at most {@code events} of them, and fewer where a slice ends, as it does
     * at the head, or if they are large; none only if there are none.
     */
    List<DecodedEvent> readAfter(Position after, int events) {
        var batch = new ArrayList<DecodedEvent>();
        long bytes = 0;
        var slice = sliceAfter(after);
        while (!slice.events().isEmpty() && batch.size() < events && bytes < BATCH_BYTES) {
            var taken = slice.events().subList(0, Math.min(slice.events().size(), events - batch.size()));
            batch.addAll(taken);
            bytes += taken.stream().mapToLong(DecodedEvent::bytes).sum();
            slice = slice.isLast() ? Slice.NONE : sliceAfter(batch.getLast().position());
        }
        return batch;
    }

    /** One reader at a time: who comes second finds what the first one decoded. */
    private synchronized Slice sliceAfter(Position after) {
        for (var slice : slices) {
            var first = slice.getFirst().position().value();
            long skip = after.value() + 1 - first;
            if (skip >= 0 && skip < slice.size()) {
                return new Slice(slice.subList((int) skip, slice.size()), false);
            }
        }
        return read(after);
    }

    private Slice read(Position after) {
        var slice =
                log.readAfter(after, SLICE).events().stream().map(this::decode).toList();
        if (!slice.isEmpty()) {
            slices.addFirst(slice);
            if (slices.size() > REMEMBERED_SLICES) {
                slices.removeLast();
            }
        }
        return new Slice(slice, slice.size() < SLICE.events());
    }

    private DecodedEvent decode(LoggedEvent event) {
        return new DecodedEvent(event, decoder.decode(event.event()));
    }
}
