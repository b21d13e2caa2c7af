package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.eventlog.LogEntry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The last sequence of the aggregates that an appender appended to lately, so that it need not ask the log. What is
 * remembered holds only as long as nobody else appends or corrects: then the log stands elsewhere than it left it.
 */
final class AggregateSequences {

    private static final int REMEMBERED = 50_000;

    /** Where an append left the log, or found it. */
    record Place(long position, long generation) {}

    private final Map<AggregateRef, Long> last = new LinkedHashMap<>(1024, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<AggregateRef, Long> eldest) {
            return size() > REMEMBERED;
        }
    };
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

    /** What is remembered of the aggregates of these entries. */
    Map<AggregateRef, Long> of(List<LogEntry> entries) {
        var known = new HashMap<AggregateRef, Long>();
        for (var entry : entries) {
            var sequence = last.get(entry.event().aggregate());
            if (sequence != null) {
                known.put(entry.event().aggregate(), sequence);
            }
        }
        return known;
    }

    /** After the commit of an append. */
    void appended(Map<AggregateRef, Long> sequences, Place leaving) {
        last.putAll(sequences);
        left = leaving;
    }

    /** When it is not known what became of an append, or somebody else changed the log. */
    void forget() {
        last.clear();
        left = new Place(-1, -1);
    }
}
