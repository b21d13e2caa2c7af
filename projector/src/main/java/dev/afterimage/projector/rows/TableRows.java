package dev.afterimage.projector.rows;

import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.projector.RowKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.jooq.TableRecord;

/**
 * The identity map of one table: each row is one object, whoever asks for it. Rows stay in memory after the commit, the
 * most recently used ones; as long as none was given up, what is not in the map is not in the table.
 */
final class TableRows<R extends TableRecord<R>> {

    private final TableShape<R> shape;
    private final BulkStatements<R> statements;
    private final StoredValues<R> database;
    private final Map<RowKey, Row<R>> rows = new LinkedHashMap<>(16, 0.75f, true);
    private final List<Row<R>> used = new ArrayList<>();
    private final List<Row<R>> inEvent = new ArrayList<>();
    private final Set<Row<R>> open = new LinkedHashSet<>();
    private long bytes;
    private boolean complete;

    /** @param complete whether the table is empty, so that the map knows all of it */
    TableRows(TableShape<R> shape, boolean complete) {
        this.shape = shape;
        this.statements = new BulkStatements<>(shape);
        this.database = new StoredValues<>(shape, statements);
        this.complete = complete;
    }

    RowKey keyOf(Object value) {
        return shape.keyOf(value);
    }

    /** Loads the rows that are not in memory as the database has them, in one statement. */
    void load(DSLContext transaction, Collection<RowKey> keys) {
        var missing = new LinkedHashSet<RowKey>();
        var stale = new LinkedHashSet<RowKey>();
        for (var key : keys) {
            var row = rows.get(key);
            if (row == null) {
                missing.add(key);
            } else if (row.isStale()) {
                stale.add(key);
            }
        }
        int expected = stale.size();
        var wanted = new ArrayList<>(stale);
        wanted.addAll(complete ? Set.of() : missing);
        if (!wanted.isEmpty()) {
            for (var record : fetch(transaction, wanted)) {
                var row = Row.stored(shape, shape.keyOf(record), record);
                if (stale.remove(row.key()) || missing.remove(row.key())) {
                    put(row);
                }
            }
        }
        if (!stale.isEmpty()) {
            throw new ForeignWriteException(shape.quotedName(), expected, expected - stale.size());
        }
        missing.forEach(key -> put(Row.absent(shape, key)));
    }

    private List<R> fetch(DSLContext transaction, Collection<RowKey> keys) {
        return shape.asks()
                ? database.load(transaction, keys)
                : transaction
                        .selectFrom(shape.table())
                        .where(statements.isOneOf(keys))
                        .fetch();
    }

    private void put(Row<R> row) {
        var before = rows.put(row.key(), row);
        bytes += row.grown() - (before == null ? 0 : before.bytes());
    }

    /** A row by its key as a load would give it now; loaded on its own if nothing announced it. */
    Row<R> row(DSLContext transaction, RowKey key) {
        var row = rows.get(key);
        if (row == null || row.isStale()) {
            load(transaction, List.of(key));
            row = Objects.requireNonNull(rows.get(key));
        }
        settle(row);
        if (row.isOpen()) {
            database.answer(transaction, open.stream().filter(Row::isOpen).toList());
            open.clear();
        }
        if (row.use()) {
            used.add(row);
        }
        inEvent.add(row);
        return row;
    }

    void change(DSLContext transaction, RowKey key, RowChange<R> handler) {
        row(transaction, key).change(handler);
    }

    private void settle(Row<R> row) {
        row.settle();
        if (row.isOpen()) {
            open.add(row);
        }
    }

    /** An event ends: what its handlers did to rows is looked at, and refused if the table would. */
    void settle() {
        for (var row : inEvent) {
            settle(row);
            row.requireValues();
        }
        inEvent.clear();
    }

    /** Every row that is in memory and in the table. */
    List<Row<R>> present(Collection<RowKey> keys) {
        return keys.stream()
                .map(rows::get)
                .filter(row -> row != null && row.isPresent())
                .toList();
    }

    void flush(DSLContext transaction) {
        settle();
        var inserts = where(Row::needsInsert);
        var updates = where(Row::needsUpdate);
        var deletes = where(Row::needsDelete);
        database.textsOf(transaction, inserts);
        database.textsOf(transaction, updates);
        transaction.connection(connection -> write(connection, inserts, updates, deletes));
        used.forEach(Row::written);
        open.clear();
    }

    private void write(Connection connection, List<Row<R>> inserts, List<Row<R>> updates, List<Row<R>> deletes) {
        try {
            statements.delete(connection, deletes);
            statements.update(connection, updates);
            statements.insert(connection, inserts);
        } catch (SQLException e) {
            throw new DatabaseException("writing rows", e);
        }
    }

    private List<Row<R>> where(Predicate<Row<R>> wanted) {
        return used.stream().filter(wanted).toList();
    }

    /** After a commit: keeps at most so many rows and about so many bytes, and only rows that exist. */
    void keepAtMost(int count, long bytesAtMost) {
        for (var row : used) {
            if (row.isPresent()) {
                bytes += row.grown();
            } else if (rows.remove(row.key()) != null) {
                bytes -= row.bytes();
            }
        }
        used.clear();
        var oldest = rows.values().iterator();
        while (rows.size() > count || (bytes > bytesAtMost && oldest.hasNext())) {
            bytes -= oldest.next().bytes();
            oldest.remove();
            complete = false;
        }
    }

    long bytes() {
        return bytes;
    }

    /** After a failure: what is in memory may never have been committed. */
    void forget() {
        rows.clear();
        used.clear();
        inEvent.clear();
        open.clear();
        bytes = 0;
        complete = false;
    }
}
