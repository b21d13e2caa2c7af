package dev.afterimage.projector.rows;

import static org.jooq.impl.DSL.cast;
import static org.jooq.impl.DSL.val;

import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.projector.RowKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.TableRecord;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database what it makes of rows that are not written yet: values of types whose stored form we do not know,
 * and generated columns. Whole rows go there and back, so that lengths, domains and expressions are the table's own.
 */
final class StoredValues<R extends TableRecord<R>> {

    private static final int TEXTS_AT_ONCE = 500;

    private final TableShape<R> shape;
    private final BulkStatements<R> statements;
    private final List<Column> unknown;
    private final String beforeRows;
    private final String afterRows;

    StoredValues(TableShape<R> shape, BulkStatements<R> statements) {
        this.shape = shape;
        this.statements = statements;
        this.unknown =
                shape.columns().stream().filter(column -> !column.isTextKnown()).toList();
        this.beforeRows = "SELECT %s FROM unnest(CAST("
                .formatted(shape.known().stream().map(StoredValues::selected).collect(Collectors.joining(", ")));
        this.afterRows = " AS %s[])) AS r".formatted(shape.quotedName());
    }

    private static String selected(Column column) {
        return column.isComputed() && column.entry().isGenerated()
                ? "(%s) AS %s".formatted(column.entry().expression(), column.quotedName())
                : "r." + column.quotedName();
    }

    /** Gives open rows the values that they will have in the table, in one statement. */
    void answer(DSLContext transaction, List<Row<R>> rows) {
        textsOf(transaction, rows);
        var answers = transaction.connectionResult(connection -> asked(transaction, connection, rows));
        if (answers.size() != rows.size()) {
            throw new IllegalStateException(
                    "%s: asked for %d rows and got %d".formatted(shape.quotedName(), rows.size(), answers.size()));
        }
        for (int i = 0; i < rows.size(); i++) {
            rows.get(i).answer(answers.get(i).into(shape.table()));
        }
    }

    private Result<Record> asked(DSLContext transaction, Connection connection, List<Row<R>> rows) {
        var literals = rows.stream().map(this::literal).collect(Collectors.joining(",", "{", "}"));
        return fetched(transaction, connection, beforeRows + escaped(literals) + afterRows);
    }

    /**
     * Loads rows by their keys. Always as text: the driver makes other texts of some types once it has prepared a
     * statement on the server, and those must not depend on how often a statement ran.
     */
    List<R> load(DSLContext transaction, Collection<RowKey> keys) {
        var sql = statements.select(keys, StoredValues::escaped);
        return transaction
                .connectionResult(connection -> fetched(transaction, connection, sql))
                .into(shape.table());
    }

    /** Not a prepared statement: question marks in the table's expressions are operators. */
    private Result<Record> fetched(DSLContext transaction, Connection connection, String sql) {
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (var answers = statement.executeQuery(sql)) {
                return transaction.fetch(
                        answers, shape.known().stream().map(Column::field).toArray(Field<?>[]::new));
            }
        } catch (SQLException e) {
            throw new DatabaseException("reading rows of " + shape.quotedName(), e);
        }
    }

    /** Means the same whatever the connection thinks of backslashes. */
    private static String escaped(String text) {
        return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** @see <a href="https://www.postgresql.org/docs/18/rowtypes.html#ROWTYPES-IO-SYNTAX">row input</a> */
    private String literal(Row<R> row) {
        return ValueText.quoted(shape.entries().stream()
                .map(entry -> shape.columns().stream()
                        .filter(column -> column.entry().equals(entry))
                        .findFirst()
                        .map(row::text)
                        .map(ValueText::quoted)
                        .orElse(""))
                .collect(Collectors.joining(",", "(", ")")));
    }

    /** Has the database make the texts that only it knows, before the rows are written or asked for. */
    void textsOf(DSLContext transaction, List<Row<R>> rows) {
        if (unknown.isEmpty()) {
            return;
        }
        int rowsAtOnce = Math.max(1, TEXTS_AT_ONCE / unknown.size());
        for (int from = 0; from < rows.size(); from += rowsAtOnce) {
            askTexts(transaction, rows.subList(from, Math.min(from + rowsAtOnce, rows.size())));
        }
    }

    private void askTexts(DSLContext transaction, List<Row<R>> rows) {
        var values = new ArrayList<Field<String>>();
        for (var row : rows) {
            for (var column : unknown) {
                values.add(cast(value(column.field(), row.record()), SQLDataType.CLOB));
            }
        }
        var texts = transaction.select(values).fetchSingle();
        for (int i = 0; i < rows.size(); i++) {
            var ofRow = new @Nullable String[rows.get(i).record().size()];
            for (int j = 0; j < unknown.size(); j++) {
                ofRow[unknown.get(j).index()] = texts.get(i * unknown.size() + j, String.class);
            }
            rows.get(i).texts(ofRow);
        }
    }

    private static <U> Field<U> value(Field<U> field, Record row) {
        return val(row.get(field), field);
    }
}
