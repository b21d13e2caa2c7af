package dev.afterimage.projector.rows;

import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.val;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.QueryPart;
import org.jooq.TableRecord;

/**
 * The identity map of one table: each row is one object, whoever asks for it. Rows stay in memory after the commit, the
 * most recently used ones; as long as none was given up, what is not in the map is not in the table.
 */
final class TableRows<R extends TableRecord<R>> {

    private final TableShape<R> shape;
    private final BulkStatements<R> statements;
    private final Map<RowKey, Row<R>> rows = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<Row<R>> used = new LinkedHashSet<>();
    private boolean complete;

    /** @param complete whether the table is empty, so that the map knows all of it */
    TableRows(TableShape<R> shape, boolean complete) {
        this.shape = shape;
        this.statements = new BulkStatements<>(shape);
        this.complete = complete;
    }

    RowKey keyOf(Object value) {
        return shape.keyOf(value);
    }

    /** Loads the rows that are not in memory, in one statement. */
    void load(DSLContext transaction, Collection<RowKey> keys) {
        var missing = new LinkedHashSet<RowKey>();
        for (var key : keys) {
            if (!rows.containsKey(key)) {
                missing.add(key);
            }
        }
        if (!complete && !missing.isEmpty()) {
            for (var record : transaction.selectFrom(shape.table()).where(isOneOf(missing))) {
                var key = shape.keyOf(record);
                rows.put(key, Row.stored(shape, key, record));
            }
        }
        missing.forEach(key -> rows.computeIfAbsent(key, absent -> Row.absent(shape, absent)));
    }

    private Condition isOneOf(Collection<RowKey> keys) {
        var parts = new ArrayList<QueryPart>();
        var columns = new ArrayList<String>();
        var casts = new ArrayList<String>();
        var arrays = new ArrayList<String>();
        for (int i = 0; i < shape.key().size(); i++) {
            var column = shape.key().get(i);
            int place = i;
            var texts = keys.stream()
                    .map(key -> column.text(key.values().get(place)))
                    .toArray(String[]::new);
            columns.add("{%d}".formatted(parts.size()));
            parts.add(column.field());
            arrays.add("{%d}::text[]".formatted(parts.size()));
            parts.add(val(texts));
            casts.add("CAST(k.c%d AS %s)".formatted(i, column.type()));
        }
        var names = IntStream.range(0, casts.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        return condition(
                "(%s) IN (SELECT %s FROM unnest(%s) AS k (%s))"
                        .formatted(
                                String.join(", ", columns), String.join(", ", casts), String.join(", ", arrays), names),
                parts.toArray(QueryPart[]::new));
    }

    /** A row by its key; loaded on its own if nothing announced it. */
    Row<R> row(DSLContext transaction, RowKey key) {
        var row = rows.get(key);
        if (row == null) {
            load(transaction, List.of(key));
            row = rows.computeIfAbsent(key, absent -> Row.absent(shape, absent));
        }
        row.settle();
        used.add(row);
        return row;
    }

    /** Every row that is in memory and in the table. */
    List<Row<R>> present(Collection<RowKey> keys) {
        return keys.stream()
                .map(rows::get)
                .filter(row -> row != null && row.isPresent())
                .toList();
    }

    void flush(Connection connection) throws SQLException {
        used.forEach(Row::settle);
        statements.delete(connection, where(Row::needsDelete));
        statements.update(connection, where(Row::needsUpdate));
        statements.insert(connection, where(Row::needsInsert));
        used.forEach(Row::written);
    }

    private List<Row<R>> where(Predicate<Row<R>> wanted) {
        return used.stream().filter(wanted).toList();
    }

    /** After a commit: keeps at most so many rows, and only such as exist. */
    void keepAtMost(int count) {
        used.stream().filter(row -> !row.isPresent()).forEach(row -> rows.remove(row.key()));
        used.clear();
        var oldest = rows.values().iterator();
        while (rows.size() > count) {
            oldest.next();
            oldest.remove();
            complete = false;
        }
    }

    /** After a failure: what is in memory may never have been committed. */
    void forget() {
        rows.clear();
        used.clear();
        complete = false;
    }
}
