package dev.afterimage.outbox;

import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Events of several aggregates for one append: {@code Changes.of(Order.class, id, placed).and(Stock.class, sku,
 * reserved)}. They are recorded in the order given, whichever aggregates they belong to. Immutable.
 */
public final class Changes {

    private static final Changes NONE = new Changes(null, null);

    /** Events of one aggregate, and the sequence that it is expected at. */
    record Change(Class<?> aggregate, String id, List<Object> events, OptionalLong expected) {}

    private final @Nullable Changes earlier;
    private final @Nullable Change last;

    private Changes(@Nullable Changes earlier, @Nullable Change last) {
        this.earlier = earlier;
        this.last = last;
    }

    /** No changes yet, to begin a loop with; an append of none is refused. */
    public static Changes none() {
        return NONE;
    }

    /**
     * Events of one aggregate.
     *
     * @param aggregate annotated {@code @Captured}
     * @param events one by one, or as a collection, an array or a stream
     */
    public static Changes of(Class<?> aggregate, String id, Object... events) {
        return NONE.and(aggregate, id, events);
    }

    /** Adds events, of another aggregate or of one that has changes already: they come after those. */
    public Changes and(Class<?> aggregate, String id, Object... events) {
        return new Changes(this, new Change(aggregate, id, GivenEvents.flat(events), OptionalLong.empty()));
    }

    /**
     * Expects the aggregate that was named last to be at a sequence before any of these changes; for
     * {@link Outbox#appendExpecting(java.sql.Connection, Changes)}.
     *
     * @param sequence 0 for an aggregate without events
     */
    public Changes expecting(long sequence) {
        if (last == null) {
            throw new IllegalStateException(
                    "expecting(…) is about the aggregate named last: name one with and(…) first");
        }
        if (sequence < 0) {
            throw new IllegalArgumentException("expected sequence must be 0 or more, was " + sequence);
        }
        return new Changes(earlier, new Change(last.aggregate, last.id, last.events, OptionalLong.of(sequence)));
    }

    /** In the order in which they were given. */
    List<Change> inOrder() {
        var changes = new ArrayDeque<Change>();
        for (Changes at = this; at != null && at.last != null; at = at.earlier) {
            changes.addFirst(at.last);
        }
        return List.copyOf(changes);
    }
}
