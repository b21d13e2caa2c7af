package dev.afterimage.projector;

import java.util.List;
import java.util.stream.Collectors;

/** The primary key of a row: one value for each column of the key, in the key's order. */
public record RowKey(List<Object> values) {

    public RowKey {
        values = List.copyOf(values);
    }

    /** A key of several columns. */
    public static RowKey of(Object... values) {
        return new RowKey(List.of(values));
    }

    @Override
    public String toString() {
        return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
