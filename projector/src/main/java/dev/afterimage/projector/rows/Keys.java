package dev.afterimage.projector.rows;

import dev.afterimage.projector.RowKey;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Converter;
import org.jooq.ConverterProvider;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DefaultConverterProvider;
import org.jspecify.annotations.Nullable;

/** Finds rows by their primary key, whatever form the key is given in. */
final class Keys {

    private static final ConverterProvider CONVERTERS = new DefaultConverterProvider();

    private final Table<?> table;
    private final List<Column> columns;
    private final boolean isConverted;

    /** @throws IllegalArgumentException if rows in memory cannot be found by such a key */
    Keys(Table<?> table, List<Column> columns) {
        this.table = table;
        this.columns = columns;
        this.isConverted = !columns.stream().allMatch(Column::isComparedByJooq);
        columns.forEach(this::requireComparable);
    }

    /** Two keys must be equal in memory if and only if they are equal in the database. */
    private void requireComparable(Column column) {
        if (!column.entry().isDeterministic()) {
            throw refused(
                    column,
                    "has a collation that is not deterministic, so that different texts are one key",
                    "give the column a deterministic collation and write one form of the text into it, such as lower case");
        }
        if (column.isAsked() || !column.form().isKey()) {
            throw refused(
                    column,
                    "is of type %s, of which rows in memory cannot tell when two values are one key"
                            .formatted(column.entry().declared()),
                    "make it a text, a number, a uuid, a date or time, or an enum, in Java as well as in PostgreSQL");
        }
    }

    private IllegalArgumentException refused(Column column, String why, String whatToDo) {
        return new IllegalArgumentException(
                "table %s: column %s of the primary key %s: %s".formatted(table.getName(), column, why, whatToDo));
    }

    /** The key in the form of its columns, so that 1 and 1L are the same row. */
    RowKey of(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(
                    "key of %s is null: its function must give one for every event that it handles"
                            .formatted(table.getName()));
        }
        var given = value instanceof RowKey key ? key : RowKey.of(value);
        if (given.values().size() != columns.size()) {
            throw new IllegalArgumentException("key of %s has %d columns and %d values were given: (%s)"
                    .formatted(table.getName(), columns.size(), given.values().size(), given));
        }
        var parts = new ArrayList<Object>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            parts.add(part(
                    columns.get(i), driverValue(columns.get(i), given.values().get(i))));
        }
        return new RowKey(parts);
    }

    RowKey of(Record row) {
        var parts = new ArrayList<Object>(columns.size());
        for (var column : columns) {
            parts.add(part(column, column.driverValue(row.get(column.index()))));
        }
        return new RowKey(parts);
    }

    /** Sets the key of a new row. */
    void set(Record row, RowKey key) {
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).set(row, key.values().get(i));
        }
        if (isConverted && !of(row).equals(key)) {
            throw new IllegalArgumentException(
                    "key of %s is (%s), which the column's converter turns into (%s): let it give back what it was given"
                            .formatted(table.getName(), key, of(row)));
        }
    }

    private Object part(Column column, @Nullable Object driverValue) {
        var form = driverValue == null ? StoredForm.UNKNOWN : column.form().ofKey(driverValue);
        if (form == StoredForm.UNKNOWN) {
            throw new IllegalArgumentException("key of %s cannot be %s in column %s, which is a %s"
                    .formatted(
                            table.getName(), driverValue, column, column.entry().declared()));
        }
        if (form instanceof String text) {
            requireEncodable(column, text);
        }
        return form;
    }

    /** The driver would write question marks, which are another key. */
    private void requireEncodable(Column column, String text) {
        try {
            TextForm.requireEncodable(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "key of %s cannot be in column %s: %s".formatted(table.getName(), column, e.getMessage()), e);
        }
    }

    private @Nullable Object driverValue(Column column, Object value) {
        if (column.field().getType().isInstance(value)) {
            return column.driverValue(value);
        }
        return column.field().getConverter().fromType().isInstance(value)
                ? value
                : column.driverValue(inTypeOf(column.field(), value));
    }

    private Object inTypeOf(Field<?> field, Object value) {
        var converter = CONVERTERS.provide(value.getClass().asSubclass(Object.class), field.getType());
        var converted = converter == null ? null : convert(converter, value);
        if (converted == null || isAnotherNumber(value, converted)) {
            throw new IllegalArgumentException("key of %s must be a %s, was the %s %s"
                    .formatted(
                            table.getName(),
                            field.getType().getSimpleName(),
                            value.getClass().getSimpleName(),
                            value));
        }
        return converted;
    }

    @SuppressWarnings("unchecked") // the converter was asked for with the value's own class
    private static <T> @Nullable Object convert(Converter<T, ?> converter, Object value) {
        return converter.from((T) value);
    }

    /** Java cuts a number that does not fit, and would lead to another row. */
    private static boolean isAnotherNumber(Object value, Object converted) {
        return value instanceof Number
                && converted instanceof Number
                && new BigDecimal(value.toString()).compareTo(new BigDecimal(converted.toString())) != 0;
    }
}
