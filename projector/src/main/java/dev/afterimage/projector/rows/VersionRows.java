package dev.afterimage.projector.rows;

import dev.afterimage.projector.RowKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.TableRecord;
import org.jspecify.annotations.Nullable;

/**
 * All rows of one version of a projection while batches are folded. Used by one thread. A batch is: {@link #load} what
 * its events announce, {@link #change} and {@link #find} in the order of the log, each event ended by {@link #settle},
 * {@link #flush}; then, after the commit, {@link #committed}, or {@link #forget} if it failed.
 */
public final class VersionRows {

    /** A sixteenth of the heap, for several versions of several projections run in one process. */
    private static final long KEPT_BYTES = Runtime.getRuntime().maxMemory() / 16;

    private final Map<Table<?>, TableRows<?>> tables = new LinkedHashMap<>();
    private final int keptRows;
    private final long keptBytes;

    /** Keeps rows of about a sixteenth of the heap in memory, at most. */
    public VersionRows(DSLContext context, List<Table<? extends TableRecord<?>>> tables, boolean empty, int keptRows) {
        this(context, tables, empty, keptRows, KEPT_BYTES);
    }

    /**
     * @param context reads the version's tables under their plain names
     * @param empty whether nothing was ever written to them
     * @param keptRows how many rows of each table to keep in memory between batches, at most
     * @param keptBytes about how many bytes they may take, all tables together
     */
    public VersionRows(
            DSLContext context,
            List<Table<? extends TableRecord<?>>> tables,
            boolean empty,
            int keptRows,
            long keptBytes) {
        this.keptRows = keptRows;
        this.keptBytes = keptBytes / tables.size();
        for (var table : tables) {
            this.tables.put(table, open(context, table, empty));
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // a table's record type is its own, whichever it is
    private static TableRows<?> open(DSLContext context, Table<? extends TableRecord<?>> table, boolean empty) {
        return new TableRows<>(new TableShape<>(context, (Table) table), empty);
    }

    @SuppressWarnings("unchecked") // open() puts rows of R under a table of R
    private <R extends TableRecord<R>> TableRows<R> of(Table<R> table) {
        var rows = tables.get(table);
        if (rows == null) {
            throw new IllegalArgumentException(
                    "table %s is not one of this projection's: declare it with rows(…) or and(…)"
                            .formatted(table.getName()));
        }
        return (TableRows<R>) rows;
    }

    /** The key in the types of the table's columns. */
    public RowKey keyOf(Table<?> table, Object key) {
        var rows = tables.get(table);
        if (rows == null) {
            throw new IllegalArgumentException("table %s is not one of this projection's".formatted(table.getName()));
        }
        return rows.keyOf(key);
    }

    /** Loads rows in one statement, unless they are in memory. */
    public void load(DSLContext transaction, Table<?> table, Collection<RowKey> keys) {
        var rows = tables.get(table);
        if (rows != null) {
            rows.load(transaction, keys);
        }
    }

    /** The values of a column in those rows that exist, without nulls. */
    public <R extends TableRecord<R>> List<Object> values(TableField<R, ?> column, Collection<RowKey> keys) {
        return of(tableOf(column)).present(keys).stream()
                .<@Nullable Object>map(row -> row.record().get(column))
                .filter(value -> value != null)
                .<Object>map(value -> value)
                .toList();
    }

    private static <R extends TableRecord<R>> Table<R> tableOf(TableField<R, ?> column) {
        var table = column.getTable();
        if (table == null) {
            throw new IllegalArgumentException("column %s has no table".formatted(column.getName()));
        }
        return table;
    }

    /** Lets a handler change a row, which is made if it is missing; null deletes it. */
    public <R extends TableRecord<R>> void change(
            DSLContext transaction, Table<R> table, RowKey key, RowChange<R> handler) {
        of(table).change(transaction, key, handler);
    }

    /** A row to change; one with defaults if there is none, which comes into being when a column is set. */
    public <R extends TableRecord<R>> R row(DSLContext transaction, Table<R> table, Object key) {
        var rows = of(table);
        return rows.row(transaction, rows.keyOf(key)).live();
    }

    /** A row if there is one. */
    public <R extends TableRecord<R>> @Nullable R find(DSLContext transaction, Table<R> table, Object key) {
        var rows = of(table);
        var row = rows.row(transaction, rows.keyOf(key));
        return row.isPresent() ? row.record() : null;
    }

    /**
     * An event ends: looks at what its handlers did.
     *
     * @throws RuntimeException if a table cannot hold a row as it is now
     */
    public void settle() {
        tables.values().forEach(TableRows::settle);
    }

    /** Writes what changed: a few statements a table. */
    public void flush(DSLContext transaction) {
        tables.values().forEach(rows -> rows.flush(transaction));
    }

    public void committed() {
        tables.values().forEach(rows -> rows.keepAtMost(keptRows, keptBytes));
    }

    /** About how many bytes the rows take that are in memory. */
    long keptBytes() {
        return tables.values().stream().mapToLong(TableRows::bytes).sum();
    }

    public void forget() {
        tables.values().forEach(TableRows::forget);
    }
}
