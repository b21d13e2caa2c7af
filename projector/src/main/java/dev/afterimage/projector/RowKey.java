package dev.afterimage.projector;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The primary key of a row: one value for each column of the key, in the key's order. */
public record RowKey(List<Object> values) {

    /** @throws IllegalArgumentException if a value is null */
    public RowKey {
        for (int i = 0; i < values.size(); i++) {
            requireValue(values.get(i), i + 1, values.size());
        }
        values = List.copyOf(values);
    }

    private static void requireValue(@Nullable Object value, int place, int columns) {
        if (value == null) {
            throw new IllegalArgumentException(
                    "value %d of a row's key of %d is null: give every column of the key a value"
                            .formatted(place, columns));
        }
    }

    /** A key of several columns. */
    public static RowKey of(Object... values) {
        return new RowKey(Arrays.asList(values));
    }

    @Override
    public String toString() {
        return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
