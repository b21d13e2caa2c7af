package dev.afterimage.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.BiConsumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Sends rows with COPY, the fastest way into a table, in the connection's own transaction. */
public final class Copy {

    private static final int CHUNK = 64 * 1024;

    private Copy() {}

    /** Rows in one of the formats of COPY, on their way to the server. */
    sealed interface Rows permits CopyText, CopyBinary {

        void endRow();

        /** After the last row. */
        void end();

        /** How much waits to be sent, in characters or bytes. */
        int length();

        /** Sends what was built and starts empty again. */
        void sendTo(CopyIn copy) throws SQLException;
    }

    /**
     * Copies every item.
     *
     * @param statement a {@code COPY … FROM STDIN} in text format
     * @param row adds one item's values and nothing else
     * @return the number of rows
     */
    public static <T> long rows(Connection connection, String statement, Iterable<T> items, BiConsumer<CopyText, T> row)
            throws SQLException {
        return send(connection, statement, new CopyText(), items, row);
    }

    /**
     * Copies every item, in the format that costs the least.
     *
     * @param statement a {@code COPY … FROM STDIN (FORMAT binary)}
     * @param row adds one item's values, in exactly the types of the columns, and nothing else
     * @return the number of rows
     */
    public static <T> long binaryRows(
            Connection connection, String statement, Iterable<T> items, BiConsumer<CopyBinary, T> row)
            throws SQLException {
        return send(connection, statement, new CopyBinary(), items, row);
    }

    private static <R extends Rows, T> long send(
            Connection connection, String statement, R rows, Iterable<T> items, BiConsumer<R, T> row)
            throws SQLException {
        var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement);
        try {
            for (var item : items) {
                row.accept(rows, item);
                rows.endRow();
                if (rows.length() >= CHUNK) {
                    rows.sendTo(copy);
                }
            }
            rows.end();
            rows.sendTo(copy);
            return copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }
}
