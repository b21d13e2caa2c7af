package dev.afterimage.projector.rows;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;

import dev.afterimage.projector.RowKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectField;
import org.jooq.Table;
import org.jooq.TableRecord;
import org.jspecify.annotations.Nullable;

/** One table as the code declares it and as the catalog has it. */
final class TableShape<R extends TableRecord<R>> {

    private static final long BYTES_OF_A_ROW = 400;
    private static final long BYTES_OF_A_VALUE = 32;

    private final Table<R> table;
    private final String quotedName;
    private final List<Catalog.Entry> entries;
    private final List<Column> known;
    private final List<String> unknown;
    private final List<Column> columns;
    private final List<Column> watched;
    private final List<Column> reshaped;
    private final List<Column> required;
    private final List<Column> sized;
    private final List<Column> unique;
    private final List<Column> key;
    private final Keys keys;
    private final boolean hasComputed;
    private final boolean hasMutable;
    private final R blank;

    /** Reads the catalog; {@code context} maps the plain table name to the version's. */
    TableShape(DSLContext context, Table<R> table) {
        this.table = table;
        this.quotedName = context.render(table);
        this.entries = Catalog.columns(context, quotedName);
        this.known = knownColumns(context);
        this.unknown = entries.stream()
                .filter(entry -> entry.isWritten()
                        && known.stream().noneMatch(column -> column.entry().equals(entry)))
                .map(entry -> context.render(name(entry.name())))
                .toList();
        this.hasComputed = known.stream().anyMatch(Column::isComputed);
        this.hasMutable = known.stream().anyMatch(Column::isMutable);
        this.columns = those(column -> !column.isComputed());
        this.watched = those(column -> hasComputed || !column.isPlain());
        this.reshaped = those(column -> column.form().changesLoaded());
        this.required = those(column -> !column.isComputed() && column.entry().isRequired());
        this.unique = those(column -> !column.isComputed() && column.entry().isUnique());
        this.sized = those(column -> !Immutable.isOfFixedSize(column.field().getType()));
        this.key = keyColumns();
        this.keys = new Keys(table, key);
        requireAskable();
        this.blank = blank(context);
    }

    private List<Column> knownColumns(DSLContext context) {
        var found = new ArrayList<Column>();
        for (var entry : entries) {
            var field = table.field(name(entry.name()));
            if (field != null) {
                found.add(new Column(field, table.indexOf(field), entry, context.render(name(entry.name()))));
            }
        }
        return List.copyOf(found);
    }

    private List<Column> those(Predicate<Column> wanted) {
        return known.stream().filter(wanted).toList();
    }

    private List<Column> keyColumns() {
        return Objects.requireNonNull(table.getPrimaryKey()).getFields().stream()
                .map(part -> columns.stream()
                        .filter(column -> column.field().equals(part))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "table %s: column %s of the primary key is not one that can be written"
                                        .formatted(table.getName(), part.getName()))))
                .toList();
    }

    /** The database is asked with whole rows, in which a domain may insist on a value that we do not have. */
    private void requireAskable() {
        for (var entry : entries) {
            if (entry.isRequiredByDomain()
                    && asks()
                    && columns.stream().noneMatch(column -> column.entry().equals(entry))) {
                throw new IllegalArgumentException(
                        "table %s: the domain %s of column %s is NOT NULL, and the code does not write that column: make the column NOT NULL instead of the domain"
                                .formatted(table.getName(), entry.declared(), entry.name()));
            }
        }
    }

    /** Whether there are columns of which only the database knows the stored form. */
    boolean asks() {
        return hasComputed || columns.stream().anyMatch(Column::isAsked);
    }

    private R blank(DSLContext context) {
        var row = table.newRecord();
        var select = new ArrayList<SelectField<?>>();
        for (var column : columns) {
            var expression = column.entry().defaultExpression();
            if (expression != null) {
                var cast = "CAST(%s AS %s)".formatted(expression, column.entry().declared());
                select.add(field(cast, column.field().getDataType()).as(column.field()));
            }
        }
        if (!select.isEmpty()) {
            var values = context.select(select).fetchSingle();
            for (var column : columns) {
                if (values.field(column.entry().name()) != null) {
                    column.setUserValue(row, values.get(column.entry().name()));
                }
            }
        }
        return row;
    }

    Table<R> table() {
        return table;
    }

    /** Of the version's table, with its schema. */
    String quotedName() {
        return quotedName;
    }

    /** Every column of the table, also those that the code does not know. */
    List<Catalog.Entry> entries() {
        return entries;
    }

    /** The columns that the code knows. */
    List<Column> known() {
        return known;
    }

    /** The columns that we write. */
    List<Column> columns() {
        return columns;
    }

    List<Column> key() {
        return key;
    }

    /** The columns by whose values a table may refuse rows, beside the key. */
    List<Column> unique() {
        return unique;
    }

    /** The quoted names of those columns that could be written and that the code does not know. */
    List<String> unknown() {
        return unknown;
    }

    /** The columns that must have a value. */
    List<Column> required() {
        return required;
    }

    /** Whether handlers can change a row without setting a column. */
    boolean hasMutable() {
        return hasMutable;
    }

    /** Null if there is nothing to watch. */
    @Nullable
    RowWatch watch(R row, boolean isNew) {
        return watched.isEmpty() ? null : new RowWatch(watched, hasComputed, row, isNew);
    }

    /** About how much memory a row takes. */
    long bytes(R row) {
        long bytes = BYTES_OF_A_ROW + BYTES_OF_A_VALUE * row.size();
        for (var column : sized) {
            bytes += Immutable.bytes(column.driverValue(row.get(column.index())));
        }
        return bytes;
    }

    RowKey keyOf(Object value) {
        return keys.of(value);
    }

    RowKey keyOf(Record row) {
        return keys.of(row);
    }

    /** A new row with defaults and its key, as if nothing had been set yet. */
    R newRow(RowKey rowKey) {
        var row = table.newRecord();
        for (var column : columns) {
            if (column.isMutable()) {
                column.set(row, Immutable.copy(column.driverValue(blank.get(column.index()))));
            } else {
                column.setUserValue(row, blank.get(column.index()));
            }
        }
        keys.set(row, rowKey);
        return settled(row);
    }

    /** A row as the database gives it, in which nothing is changed yet. */
    R settled(R row) {
        for (var column : reshaped) {
            var value = column.driverValue(row.get(column.index()));
            var form = column.loadedForm(value);
            if (!column.isSame(form, value)) {
                column.set(row, form);
            }
        }
        row.touched(false);
        return row;
    }
}
