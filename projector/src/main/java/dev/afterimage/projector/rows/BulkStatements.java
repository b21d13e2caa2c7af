package dev.afterimage.projector.rows;

import dev.afterimage.postgres.Copy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.Record;
import org.jooq.TableRecord;

/**
 * One statement for many rows. Every column travels as an array of text and is cast to its type by the server, so that
 * any type, also an array, goes the same way.
 */
final class BulkStatements<R extends TableRecord<R>> {

    /** From so many new rows on, COPY is faster than an insert although it costs a round trip more. */
    private static final int COPY_FROM_ROWS = 50;

    private final TableShape<R> shape;
    private final String copy;
    private final String insert;
    private final String delete;

    BulkStatements(TableShape<R> shape) {
        this.shape = shape;
        var names = names(shape.columns());
        this.copy = "COPY %s (%s) FROM STDIN".formatted(shape.quotedName(), names);
        this.insert = "INSERT INTO %s (%s) SELECT %s FROM %s"
                .formatted(shape.quotedName(), names, casts(shape.columns()), unnest(shape.columns()));
        this.delete = "DELETE FROM %s AS t USING %s WHERE %s"
                .formatted(shape.quotedName(), unnest(shape.key()), keyMatches());
    }

    private static String names(List<TableShape.Column> columns) {
        return columns.stream().map(TableShape.Column::quotedName).collect(Collectors.joining(", "));
    }

    private static String casts(List<TableShape.Column> columns) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> cast(columns.get(i), i))
                .collect(Collectors.joining(", "));
    }

    private static String cast(TableShape.Column column, int i) {
        return "CAST(u.c%d AS %s)".formatted(i, column.type());
    }

    /** Nested arrays cannot be unnested, but their text can. */
    private static String unnest(List<TableShape.Column> columns) {
        var parameters = columns.stream().map(column -> "?::text[]").collect(Collectors.joining(", "));
        var names = IntStream.range(0, columns.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        return "unnest(%s) AS u (%s)".formatted(parameters, names);
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
        if (rows.size() >= COPY_FROM_ROWS) {
            Copy.rows(connection, copy, rows, (text, row) -> {
                for (var column : shape.columns()) {
                    text.add(column.text(row.record()));
                }
            });
        } else if (!rows.isEmpty()) {
            execute(connection, insert, shape.columns(), rows);
        }
    }

    /** Writes the columns that changed in at least one of the rows, and no others. */
    void update(Connection connection, List<Row<R>> rows) throws SQLException {
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

    void delete(Connection connection, List<Row<R>> rows) throws SQLException {
        if (!rows.isEmpty()) {
            execute(connection, delete, shape.key(), rows);
        }
    }

    private void execute(Connection connection, String sql, List<TableShape.Column> columns, List<Row<R>> rows)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            bind(connection, statement, columns, rows.stream().map(Row::record).toList());
            var written = statement.executeUpdate();
            if (written != rows.size()) {
                throw new ForeignWriteException(shape.quotedName(), rows.size(), written);
            }
        }
    }

    private static void bind(
            Connection connection,
            PreparedStatement statement,
            List<TableShape.Column> columns,
            Collection<? extends Record> rows)
            throws SQLException {
        for (int i = 0; i < columns.size(); i++) {
            var column = columns.get(i);
            var values = rows.stream().map(row -> column.text(row)).toArray();
            statement.setArray(i + 1, connection.createArrayOf("text", values));
        }
    }
}
