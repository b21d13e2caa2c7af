package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The events of a call, however they were given: one by one, or as a collection, an array or a stream of events. */
final class GivenEvents {

    private GivenEvents() {}

    /** One list of them; a call may have given null. */
    static List<Object> flat(Object... given) {
        return Stream.of(given)
                .flatMap(GivenEvents::each)
                .map(Object.class::cast)
                .toList();
    }

    /** @throws OutboxException if there are none, or one is null */
    static List<Object> required(AggregateRef aggregate, List<Object> events) {
        if (events.isEmpty()) {
            throw new OutboxException(aggregate, "no events were given: pass at least one");
        }
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) == null) {
                throw new OutboxException(aggregate, "event %d of %d is null".formatted(i + 1, events.size()));
            }
        }
        return events;
    }

    private static Stream<?> each(@Nullable Object given) {
        return switch (given) {
            case null -> Stream.of((Object) null);
            case Record event -> Stream.of(event);
            case Collection<?> events -> events.stream();
            case Object[] events -> Stream.of(events);
            case Stream<?> events -> events;
            default -> Stream.of(given);
        };
    }
}
