package dev.afterimage.domain;

import java.util.HashSet;
import java.util.Set;

/** Which stored events a handler for a Java type is meant for, also those whose names this code does not know. */
public final class EventSelection {

    private record StoredName(String aggregateType, String eventName) {}

    private final Class<?> events;
    private final Set<String> wholeAggregates = new HashSet<>();
    private final Set<StoredName> single = new HashSet<>();

    EventSelection(Class<?> events) {
        this.events = events;
    }

    void addFrom(CapturedAggregate aggregate) {
        if (events.isAssignableFrom(aggregate.family())) {
            wholeAggregates.add(aggregate.type());
        }
        aggregate.shapes().stream()
                .filter(events::isAssignableFrom)
                .map(aggregate::typeOfShape)
                .forEach(type -> single.add(new StoredName(aggregate.type(), type.name())));
    }

    boolean isEmpty() {
        return wholeAggregates.isEmpty() && single.isEmpty();
    }

    /** Whether a stored event is meant: of a selected family, known by name or not, or a selected record. */
    public boolean covers(RecordedEvent event) {
        var type = event.aggregate().type();
        return wholeAggregates.contains(type)
                || single.contains(new StoredName(type, event.type().name()));
    }
}
