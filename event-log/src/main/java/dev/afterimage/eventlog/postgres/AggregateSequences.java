package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.eventlog.LogEntry;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The last sequence of the aggregates that an appender appended to lately, so that it need not ask the log. What is
 * remembered holds only as long as nobody else appends or corrects: then the log stands elsewhere than it left it. An
 * append changes it on its way; if it fails, all is to be forgotten.
 */
final class AggregateSequences {

    private static final int REMEMBERED = 50_000;

    /** Where an append left the log, or found it. */
    record Place(long position, long generation) {}

    private final Map<AggregateRef, Long> last = new LinkedHashMap<>(1024, 0.75f, true);
    private Place left = new Place(-1, -1);

    /** The aggregates of these entries of which nothing is remembered. */
    Set<AggregateRef> unknown(List<LogEntry> entries) {
        var unknown = new LinkedHashSet<AggregateRef>();
        for (var entry : entries) {
            if (!last.containsKey(entry.event().aggregate())) {
                unknown.add(entry.event().aggregate());
            }
        }
        return unknown;
    }

    /** Whether what is remembered holds at the place where the log was found. */
    boolean holdAt(Place found) {
        return found.equals(left);
    }

    /** What the log has, 0 for an aggregate that it does not have. */
    void learn(Map<AggregateRef, Long> sequences) {
        last.putAll(sequences);
    }

    /** Takes the next event of an aggregate and returns the sequence of the one before it. */
    long advance(AggregateRef aggregate, long sequence) {
        var before = last.put(aggregate, sequence);
        if (before == null) {
            throw new IllegalStateException("nobody asked the log for " + aggregate);
        }
        return before;
    }

    /** After the commit of an append. */
    void leaveAt(Place place) {
        left = place;
        var eldest = last.keySet().iterator();
        for (int tooMany = last.size() - REMEMBERED; tooMany > 0; tooMany--) {
            eldest.next();
            eldest.remove();
        }
    }

    /** When it is not known what became of an append, or somebody else changed the log. */
    void forget() {
        last.clear();
        left = new Place(-1, -1);
    }
}
