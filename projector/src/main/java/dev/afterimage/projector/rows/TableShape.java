package dev.afterimage.projector.rows;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;

import java.math.BigDecimal;
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
 * @param settling the columns that may give back other values than were set
 * @param blank a row with the columns' defaults
 */
record TableShape<R extends TableRecord<R>>(
        Table<R> table, String quotedName, List<Column> columns, List<Column> key, List<Column> settling, R blank) {

    private static final ConverterProvider CONVERTERS = new DefaultConverterProvider();

    /**
     * A column that we write.
     *
     * @param form its type has no length or precision: a cast must not cut what an insert would refuse
     */
    record Column(Field<?> field, String quotedName, StoredForm form, int index) {

        String type() {
            return form.type();
        }

        @Nullable
        String text(Record row) {
            return text(row.get(index));
        }

        /** A value of the field's type as text. */
        @Nullable
        String text(@Nullable Object value) {
            return ValueText.of(databaseValue(field.getConverter(), value));
        }

        /** Gives the row's value the form in which the database will give it back. */
        void settle(Record row) {
            settle(row, field);
        }

        private <U> void settle(Record row, Field<U> typed) {
            settle(row, typed, typed.getConverter());
        }

        private <T, U> void settle(Record row, Field<U> typed, Converter<T, U> converter) {
            var value = databaseValue(converter, row.get(index));
            var stored = form.of(value);
            if (value != null && !value.equals(stored)) {
                row.set(typed, converter.from(converter.fromType().cast(stored)));
            }
        }

        @SuppressWarnings("unchecked") // a record holds values of its fields' own types
        private static <T, U> @Nullable T databaseValue(Converter<T, U> converter, @Nullable Object value) {
            return converter.to((U) value);
        }
    }

    /** Reads the catalog; {@code context} maps the plain table name to the version's. */
    static <R extends TableRecord<R>> TableShape<R> read(DSLContext context, Table<R> table) {
        var quotedName = context.render(table);
        var forms = forms(context, quotedName);
        var columns = new ArrayList<Column>();
        var fields = table.fields();
        for (int i = 0; i < fields.length; i++) {
            var form = forms.get(fields[i].getName());
            if (form != null) {
                columns.add(new Column(fields[i], context.render(name(fields[i].getName())), form, i));
            }
        }
        var keyFields = Objects.requireNonNull(table.getPrimaryKey()).getFields();
        var key = keyFields.stream()
                .map(part -> columns.stream()
                        .filter(column -> column.field().equals(part))
                        .findFirst()
                        .orElseThrow())
                .toList();
        var settling =
                columns.stream().filter(column -> column.form().matters()).toList();
        return new TableShape<>(
                table, quotedName, List.copyOf(columns), key, settling, blank(context, table, quotedName));
    }

    /** Forms by column name; without the columns that PostgreSQL computes itself. */
    private static Map<String, StoredForm> forms(DSLContext context, String quotedName) {
        return context.resultQuery("""
                        select attname::text, format_type(atttypid, -1),
                          case
                            when atttypid = 'numeric'::regtype and atttypmod > 0 then (((atttypmod - 4) & 2047) # 1024) - 1024
                            when atttypid in ('timestamptz'::regtype, 'timestamp'::regtype, 'time'::regtype)
                              then case atttypmod when -1 then 6 else atttypmod end
                            else -1
                          end
                        from pg_attribute
                        where attrelid = ?::regclass and attnum > 0 and not attisdropped
                          and attgenerated = '' and attidentity <> 'a'""", quotedName)
                .fetchMap(
                        row -> row.get(0, String.class),
                        row -> new StoredForm(row.get(1, String.class), row.get(2, Integer.class)));
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
            var field = table.field(column);
            if (field != null) {
                select.add(field(expression, field.getDataType()).as(field));
            }
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
        return settled(row);
    }

    /** A row as the database gives it, in which nothing is changed yet. */
    R settled(R row) {
        settling.forEach(column -> column.settle(row));
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
    RowKey keyOf(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("key of %s is null".formatted(table.getName()));
        }
        var given = RowKey.from(value);
        if (given.values().size() != key.size()) {
            throw new IllegalArgumentException("key of %s has %d columns and %d values were given: (%s)"
                    .formatted(table.getName(), key.size(), given.values().size(), given));
        }
        var converted = new ArrayList<Object>(key.size());
        for (int i = 0; i < key.size(); i++) {
            var column = key.get(i);
            converted.add(
                    column.form().ofKey(inTypeOf(column.field(), given.values().get(i))));
        }
        return new RowKey(converted);
    }

    private Object inTypeOf(Field<?> field, Object value) {
        if (field.getType().isInstance(value)) {
            return value;
        }
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

    RowKey keyOf(Record row) {
        return new RowKey(key.stream()
                .<Object>map(column -> column.form().ofKey(Objects.requireNonNull(row.get(column.index()))))
                .toList());
    }
}
