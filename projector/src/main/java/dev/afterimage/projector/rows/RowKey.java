package dev.afterimage.projector.rows;

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

    static RowKey from(Object value) {
        return value instanceof RowKey key ? key : new RowKey(List.of(value));
    }

    @Override
    public String toString() {
        return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
