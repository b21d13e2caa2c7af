package dev.afterimage.projector.rows;

import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.val;

import dev.afterimage.postgres.Copy;
import dev.afterimage.projector.RowKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.QueryPart;
import org.jooq.TableRecord;

/**
 * One statement for many rows. Every column travels as an array of text and is cast to its type by the server, so that
 * any type, also an array, goes the same way. The type has no length and is no domain: what is too long is refused, as
 * COPY does, and not cut.
 */
final class BulkStatements<R extends TableRecord<R>> {

    /** From so many new rows on, COPY is faster than an insert although it costs a round trip more. */
    private static final int COPY_FROM_ROWS = 50;

    private static final String NOT_SUPPORTED = "0A000";

    private final TableShape<R> shape;
    private final String copy;
    private final String insert;
    private final String delete;
    private boolean canCopy = true;

    BulkStatements(TableShape<R> shape) {
        this.shape = shape;
        var names = names(shape.columns());
        this.copy = "COPY %s (%s) FROM STDIN".formatted(shape.quotedName(), names);
        this.insert = "INSERT INTO %s (%s) SELECT %s FROM %s"
                .formatted(shape.quotedName(), names, casts(shape.columns()), unnest(shape.columns()));
        this.delete = delete(shape.key());
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(Column::quotedName).collect(Collectors.joining(", "));
    }

    private static String list(int size, IntFunction<String> part) {
        return IntStream.range(0, size).mapToObj(part).collect(Collectors.joining(", "));
    }

    private static String casts(List<Column> columns) {
        return list(columns.size(), i -> cast(columns.get(i), i));
    }

    private static String cast(Column column, int i) {
        return "CAST(u.c%d AS %s)".formatted(i, column.entry().type().castTo());
    }

    /** Nested arrays cannot be unnested, but their text can. */
    private static String unnest(List<Column> columns) {
        return "unnest(%s) AS u (%s)"
                .formatted(list(columns.size(), i -> "?::text[]"), list(columns.size(), i -> "c" + i));
    }

    private String keyMatches() {
        return IntStream.range(0, shape.key().size())
                .mapToObj(i -> "t.%s = %s"
                        .formatted(
                                shape.key().get(i).quotedName(),
                                cast(shape.key().get(i), i)))
                .collect(Collectors.joining(" AND "));
    }

    void insert(Connection connection, List<Row<R>> rows) throws SQLException {
        if (canCopy && rows.size() >= COPY_FROM_ROWS) {
            copy(connection, rows);
        } else {
            execute(connection, insert, shape.columns(), rows);
        }
    }

    /** A table whose policies hold for our role takes inserts only, which the next attempt tries. */
    private void copy(Connection connection, List<Row<R>> rows) throws SQLException {
        try {
            Copy.rows(connection, copy, rows, (text, row) -> {
                for (var column : shape.columns()) {
                    text.add(row.text(column));
                }
            });
        } catch (SQLException e) {
            canCopy = !NOT_SUPPORTED.equals(e.getSQLState());
            throw e;
        }
    }

    /**
     * Writes the columns that changed in at least one of the rows, and no others. A unique index looks at each row as
     * soon as it is updated, so rows that may exchange unique values are taken out of the table together before they
     * are put back.
     */
    void update(Connection connection, List<Row<R>> rows) throws SQLException {
        var byExchanging = rows.stream()
                .collect(
                        Collectors.partitioningBy(row -> shape.unique().stream().anyMatch(row::changes)));
        var exchanging = byExchanging.getOrDefault(true, List.of());
        if (exchanging.size() < 2) {
            updateInPlace(connection, rows);
        } else {
            updateInPlace(connection, byExchanging.getOrDefault(false, List.of()));
            replace(connection, exchanging);
        }
    }

    private void updateInPlace(Connection connection, List<Row<R>> rows) throws SQLException {
        var changed = shape.columns().stream()
                .filter(column -> !shape.key().contains(column))
                .filter(column -> rows.stream().anyMatch(row -> row.changes(column)))
                .toList();
        if (changed.isEmpty()) {
            return;
        }
        var columns = new ArrayList<>(shape.key());
        columns.addAll(changed);
        var assignments = IntStream.range(shape.key().size(), columns.size())
                .mapToObj(i -> columns.get(i).quotedName() + " = " + cast(columns.get(i), i))
                .collect(Collectors.joining(", "));
        var update = "UPDATE %s AS t SET %s FROM %s WHERE %s"
                .formatted(shape.quotedName(), assignments, unnest(columns), keyMatches());
        execute(connection, update, columns, rows);
    }

    /**
     * Deletes rows and inserts them again with what they had in columns that the code does not know. Sorting makes the
     * server delete all of them before it inserts the first one.
     */
    private void replace(Connection connection, List<Row<R>> rows) throws SQLException {
        var columns = new ArrayList<>(shape.key());
        shape.columns().stream().filter(column -> !shape.key().contains(column)).forEach(columns::add);
        var kept = shape.unknown();
        var returning = IntStream.range(0, kept.size())
                .mapToObj(i -> ", t.%s AS k%d".formatted(kept.get(i), i))
                .collect(Collectors.joining());
        var restored =
                IntStream.range(0, kept.size()).mapToObj(i -> ", u.k" + i).collect(Collectors.joining());
        var names = Stream.concat(columns.stream().map(Column::quotedName), kept.stream())
                .collect(Collectors.joining(", "));
        var sql = "WITH gone AS (%s RETURNING u.*%s) INSERT INTO %s (%s) SELECT %s%s FROM gone AS u ORDER BY u.c0"
                .formatted(delete(columns), returning, shape.quotedName(), names, casts(columns), restored);
        execute(connection, sql, columns, rows);
    }

    /** @param columns to send, of which the key's are the first */
    private String delete(List<Column> columns) {
        return "DELETE FROM %s AS t USING %s WHERE %s".formatted(shape.quotedName(), unnest(columns), keyMatches());
    }

    void delete(Connection connection, List<Row<R>> rows) throws SQLException {
        execute(connection, delete, shape.key(), rows);
    }

    private void execute(Connection connection, String sql, List<Column> columns, List<Row<R>> rows)
            throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < columns.size(); i++) {
                var column = columns.get(i);
                var texts = rows.stream().map(row -> row.text(column)).toArray();
                statement.setArray(i + 1, connection.createArrayOf("text", texts));
            }
            var written = statement.executeUpdate();
            if (written != rows.size()) {
                throw new ForeignWriteException(shape.quotedName(), rows.size(), written);
            }
        }
    }

    /** Rows with one of the keys. */
    Condition isOneOf(Collection<RowKey> keys) {
        var parts = new ArrayList<QueryPart>();
        shape.key().forEach(column -> parts.add(column.field()));
        shape.key().forEach(column -> parts.add(val(texts(keys, shape.key().indexOf(column)))));
        int size = shape.key().size();
        return condition(
                isOneOf(list(size, i -> "{%d}".formatted(i)), list(size, i -> "{%d}::text[]".formatted(size + i))),
                parts.toArray(QueryPart[]::new));
    }

    /** @param literal makes a text a literal */
    String select(Collection<RowKey> keys, UnaryOperator<String> literal) {
        var arrays = list(shape.key().size(), i -> literal.apply(ValueText.array(texts(keys, i))) + "::text[]");
        return "SELECT %s FROM %s WHERE %s"
                .formatted(names(shape.known()), shape.quotedName(), isOneOf(names(shape.key()), arrays));
    }

    private String isOneOf(String columns, String arrays) {
        return "(%s) IN (SELECT %s FROM unnest(%s) AS u (%s))"
                .formatted(columns, casts(shape.key()), arrays, list(shape.key().size(), i -> "c" + i));
    }

    private String[] texts(Collection<RowKey> keys, int place) {
        var column = shape.key().get(place);
        return keys.stream().map(key -> column.text(key.values().get(place))).toArray(String[]::new);
    }
}
