package dev.afterimage.domain;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a class annotated {@link Captured} says: its stored type and the names of its events. */
public final class CapturedAggregate {

    private static final ClassValue<CapturedAggregate> RESOLVED = new ClassValue<>() {
        @Override
        protected CapturedAggregate computeValue(Class<?> aggregate) {
            return resolve(aggregate);
        }
    };

    private final String type;
    private final Class<?> family;
    private final Map<Class<?>, EventType> types;
    private final Map<String, Class<?>> shapes = new LinkedHashMap<>();

    private CapturedAggregate(String type, Class<?> family, Map<Class<?>, EventType> types) {
        this.type = type;
        this.family = family;
        this.types = types;
        types.forEach(this::nameOnce);
    }

    /**
     * Reads the declaration of an aggregate.
     *
     * @throws InvalidCaptureException if the class is not annotated or its family is not a sealed interface of records
     */
    public static CapturedAggregate of(Class<?> aggregate) {
        return RESOLVED.get(aggregate);
    }

    private static CapturedAggregate resolve(Class<?> aggregate) {
        var captured = aggregate.getAnnotation(Captured.class);
        if (captured == null) {
            throw new InvalidCaptureException(
                    aggregate, "is not captured: annotate it with @Captured(events = …) to record its events");
        }
        var type = captured.type().isEmpty() ? Names.kebabCase(aggregate) : captured.type();
        Names.requireKebabCase("type of " + aggregate.getName(), type);
        var types = new LinkedHashMap<Class<?>, EventType>();
        recordsOf(captured.events()).forEach(shape -> types.put(shape, typeOf(shape)));
        return new CapturedAggregate(type, captured.events(), Map.copyOf(types));
    }

    private static Stream<Class<?>> recordsOf(Class<?> shape) {
        if (shape.isRecord()) {
            return Stream.of(shape);
        }
        if (!shape.isInterface() || !shape.isSealed()) {
            throw new InvalidCaptureException(
                    shape, "cannot be an event family: make it a sealed interface whose members are records");
        }
        return Stream.of(shape.getPermittedSubclasses()).flatMap(CapturedAggregate::recordsOf);
    }

    private static EventType typeOf(Class<?> shape) {
        var named = shape.getAnnotation(EventName.class);
        if (named == null) {
            return new EventType(Names.kebabCase(shape), 1);
        }
        return new EventType(named.value().isEmpty() ? Names.kebabCase(shape) : named.value(), named.version());
    }

    private void nameOnce(Class<?> shape, EventType eventType) {
        var other = shapes.putIfAbsent(eventType.name(), shape);
        if (other != null) {
            throw new InvalidCaptureException(
                    shape,
                    "and %s are both named %s: give one another @EventName".formatted(other.getName(), eventType));
        }
    }

    /** The stored name of the aggregate. */
    public String type() {
        return type;
    }

    public Class<?> family() {
        return family;
    }

    /** The records of the family. */
    public Set<Class<?>> shapes() {
        return types.keySet();
    }

    /** The stored type of an event; empty if its class is not of this family. */
    public Optional<EventType> typeOf(Object event) {
        return Optional.ofNullable(types.get(event.getClass()));
    }

    /** The stored type of a record of this family. */
    EventType typeOfShape(Class<?> shape) {
        var found = types.get(shape);
        if (found == null) {
            throw new InvalidCaptureException(shape, "is not an event of " + family.getName());
        }
        return found;
    }

    /** The record stored under a name; empty if this code knows none. */
    Optional<Class<?>> shapeNamed(String name) {
        return Optional.ofNullable(shapes.get(name));
    }
}
