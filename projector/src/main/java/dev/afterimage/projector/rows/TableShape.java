package dev.afterimage.projector.rows;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jooq.Converter;
import org.jooq.ConverterProvider;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectField;
import org.jooq.Table;
import org.jooq.TableRecord;
import org.jooq.impl.DefaultConverterProvider;
import org.jspecify.annotations.Nullable;

/**
 * What the database says of one table: its columns with their types, in the order in which we write them.
 *
 * @param quotedName of the version's table, with its schema
 * @param key the columns of the primary key
 * @param blank a row with the columns' defaults
 */
record TableShape<R extends TableRecord<R>>(
        Table<R> table, String quotedName, List<Column> columns, List<Column> key, R blank) {

    private static final ConverterProvider CONVERTERS = new DefaultConverterProvider();

    /**
     * A column that we write.
     *
     * @param type without length or precision: a cast must not cut what an insert would refuse
     */
    record Column(Field<?> field, String quotedName, String type, int index) {

        @Nullable
        String text(Record row) {
            return ValueText.of(databaseValue(row, field));
        }

        private <T> @Nullable Object databaseValue(Record row, Field<T> typed) {
            return databaseValue(typed.getConverter(), row.get(index));
        }

        @SuppressWarnings("unchecked") // a record holds values of its fields' own types
        private static <T, U> @Nullable T databaseValue(Converter<T, U> converter, @Nullable Object value) {
            return converter.to((U) value);
        }
    }

    /** Reads the catalog; {@code context} maps the plain table name to the version's. */
    static <R extends TableRecord<R>> TableShape<R> read(DSLContext context, Table<R> table) {
        var quotedName = context.render(table);
        var types = types(context, quotedName);
        var columns = new ArrayList<Column>();
        var fields = table.fields();
        for (int i = 0; i < fields.length; i++) {
            var type = types.get(fields[i].getName());
            if (type != null) {
                columns.add(column(context, fields[i], type, i));
            }
        }
        var keyFields = Objects.requireNonNull(table.getPrimaryKey()).getFields();
        var key = keyFields.stream()
                .map(part -> columns.stream()
                        .filter(column -> column.field().equals(part))
                        .findFirst()
                        .orElseThrow())
                .toList();
        return new TableShape<>(table, quotedName, List.copyOf(columns), key, blank(context, table, quotedName));
    }

    private static Column column(DSLContext context, Field<?> field, String type, int index) {
        return new Column(field, context.render(name(field.getName())), type, index);
    }

    /** Types by column name; without the columns that PostgreSQL computes itself. */
    private static Map<String, String> types(DSLContext context, String quotedName) {
        return context.resultQuery("""
                        select attname::text, format_type(atttypid, null) from pg_attribute
                        where attrelid = ?::regclass and attnum > 0 and not attisdropped
                          and attgenerated = '' and attidentity <> 'a'""", quotedName)
                .fetchMap(row -> row.get(0, String.class), row -> row.get(1, String.class));
    }

    private static <R extends TableRecord<R>> R blank(DSLContext context, Table<R> table, String quotedName) {
        var defaults = context.resultQuery("""
                        select a.attname::text, pg_get_expr(d.adbin, d.adrelid)
                        from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
                        where d.adrelid = ?::regclass and a.attgenerated = ''""", quotedName)
                .fetchMap(row -> row.get(0, String.class), row -> row.get(1, String.class));
        var blank = table.newRecord();
        var select = new ArrayList<SelectField<?>>();
        defaults.forEach((column, expression) -> {
            var field = Objects.requireNonNull(table.field(column));
            select.add(field(expression, field.getDataType()).as(field));
        });
        if (!select.isEmpty()) {
            var values = context.select(select).fetchSingle();
            for (var field : values.fields()) {
                copy(values, blank, Objects.requireNonNull(table.field(field.getName())));
            }
        }
        return blank;
    }

    /** A new row with defaults and its key, as if nothing had been set yet. */
    R newRow(RowKey rowKey) {
        var row = table.newRecord();
        for (var field : table.fields()) {
            copy(blank, row, field);
        }
        for (int i = 0; i < key.size(); i++) {
            set(row, key.get(i).field(), rowKey.values().get(i));
        }
        row.touched(false);
        return row;
    }

    private static <T> void copy(Record from, Record to, Field<T> field) {
        to.set(field, from.get(field.getName(), field.getType()));
    }

    private static <T> void set(Record row, Field<T> field, Object value) {
        row.set(field, field.getType().cast(value));
    }

    /** The key in the types of its columns, so that 1 and 1L are the same row. */
    RowKey keyOf(Object value) {
        var given = RowKey.from(value);
        if (given.values().size() != key.size()) {
            throw new IllegalArgumentException("key of %s has %d columns and %d values were given: (%s)"
                    .formatted(table.getName(), key.size(), given.values().size(), given));
        }
        var converted = new ArrayList<Object>(key.size());
        for (int i = 0; i < key.size(); i++) {
            converted.add(inTypeOf(key.get(i).field(), given.values().get(i)));
        }
        return new RowKey(converted);
    }

    private Object inTypeOf(Field<?> field, Object value) {
        if (field.getType().isInstance(value)) {
            return value;
        }
        var converter = CONVERTERS.provide(value.getClass().asSubclass(Object.class), field.getType());
        if (converter == null) {
            throw new IllegalArgumentException("key of %s must be a %s, was a %s"
                    .formatted(
                            table.getName(),
                            field.getType().getSimpleName(),
                            value.getClass().getSimpleName()));
        }
        return convert(converter, value);
    }

    @SuppressWarnings("unchecked") // the converter was asked for with the value's own class
    private static <T> Object convert(Converter<T, ?> converter, Object value) {
        return Objects.requireNonNull(converter.from((T) value));
    }

    RowKey keyOf(Record row) {
        return new RowKey(key.stream()
                .<Object>map(column -> Objects.requireNonNull(row.get(column.index())))
                .toList());
    }
}
