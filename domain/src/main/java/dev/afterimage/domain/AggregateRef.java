package dev.afterimage.domain;

/** Which aggregate an event belongs to: the stored type, such as {@code order}, and the id the service gave it. */
public record AggregateRef(String type, String id) {

    private static final int MAX_ID_LENGTH = 200;

    public AggregateRef {
        Names.requireKebabCase("aggregate type", type);
        if (id.isBlank() || id.length() > MAX_ID_LENGTH || id.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("id of %s must be 1..%d characters without NUL, was %s"
                    .formatted(type, MAX_ID_LENGTH, id.isBlank() ? "blank" : id.length() + " characters"));
        }
    }

    @Override
    public String toString() {
        return type + " " + id;
    }
}
