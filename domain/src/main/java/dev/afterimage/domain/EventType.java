package dev.afterimage.domain;

/** The stored name of an event and the version of its shape, such as {@code order-placed v1}. */
public record EventType(String name, int version) {

    public EventType {
        Names.requireKebabCase("event name", name);
        if (version < 1) {
            throw new IllegalArgumentException(
                    "version of event %s must be 1 or more, was %d".formatted(name, version));
        }
    }

    @Override
    public String toString() {
        return version == 1 ? name : name + " v" + version;
    }
}
