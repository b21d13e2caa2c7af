package dev.afterimage.domain;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every aggregate whose events this code knows: the only way from a stored name to a class. A payload never names a
 * class.
 */
public final class EventCatalog {

    private final Map<String, CapturedAggregate> byType = new LinkedHashMap<>();

    private EventCatalog() {}

    /**
     * A catalog of classes annotated {@link Captured}.
     *
     * @throws InvalidCaptureException if a class is not annotated, or two have the same stored type
     */
    public static EventCatalog of(Class<?>... aggregates) {
        var catalog = new EventCatalog();
        Stream.of(aggregates).forEach(catalog::add);
        return catalog;
    }

    private void add(Class<?> aggregate) {
        var captured = CapturedAggregate.of(aggregate);
        if (byType.putIfAbsent(captured.type(), captured) != null) {
            throw new InvalidCaptureException(
                    aggregate, "is the second aggregate of type %s: give it another type".formatted(captured.type()));
        }
    }

    public Optional<CapturedAggregate> aggregate(String type) {
        return Optional.ofNullable(byType.get(type));
    }

    /**
     * The aggregate types whose events a class or interface covers: a family, one of its records, or any super type.
     *
     * @throws InvalidCaptureException if no event in the catalog is of {@code events}
     */
    public EventSelection select(Class<?> events) {
        var selection = new EventSelection(events);
        byType.values().forEach(selection::addFrom);
        if (selection.isEmpty()) {
            throw new InvalidCaptureException(
                    events, "has no events in the catalog: add its @Captured aggregate to EventCatalog.of(…)");
        }
        return selection;
    }
}
