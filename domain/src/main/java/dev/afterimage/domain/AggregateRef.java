package dev.afterimage.domain;

import org.jspecify.annotations.Nullable;

/** Which aggregate an event belongs to: the stored type, such as {@code order}, and the id the service gave it. */
public record AggregateRef(String type, String id) {

    private static final int MAX_ID_LENGTH = 200;

    /** @param id not blank, at most 200 characters (code points); the outbox's table holds the same rule */
    public AggregateRef {
        Names.requireKebabCase("aggregate type", type);
        var wrong = problemOf(id);
        if (wrong != null) {
            throw new IllegalArgumentException(
                    "id of %s must be 1..%d characters without NUL and lone surrogates, was %s"
                            .formatted(type, MAX_ID_LENGTH, wrong));
        }
    }

    /** Says what is wrong without quoting the id, which may be personal data. */
    private static @Nullable String problemOf(String id) {
        if (id.isBlank()) {
            return "blank";
        }
        if (id.length() > MAX_ID_LENGTH) {
            int characters = id.codePointCount(0, id.length());
            if (characters > MAX_ID_LENGTH) {
                return characters + " characters";
            }
        }
        if (id.indexOf('\0') >= 0) {
            return "with NUL";
        }
        return Text.hasLoneSurrogate(id) ? "with half of a surrogate pair" : null;
    }

    @Override
    public String toString() {
        return type + " " + id;
    }
}
