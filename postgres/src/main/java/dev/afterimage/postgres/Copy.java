package dev.afterimage.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.BiConsumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Sends rows with COPY, the fastest way into a table, in the connection's own transaction. */
public final class Copy {

    private static final int CHUNK_CHARACTERS = 64 * 1024;

    private Copy() {}

    /**
     * Copies every item.
     *
     * @param statement a {@code COPY … FROM STDIN} in text format
     * @param row adds one item's values and nothing else
     * @return the number of rows
     */
    public static <T> long rows(Connection connection, String statement, Iterable<T> items, BiConsumer<CopyText, T> row)
            throws SQLException {
        var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement);
        try {
            var text = new CopyText();
            for (var item : items) {
                row.accept(text, item);
                text.endRow();
                if (text.length() >= CHUNK_CHARACTERS) {
                    send(copy, text);
                }
            }
            send(copy, text);
            return copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static void send(CopyIn copy, CopyText text) throws SQLException {
        var bytes = text.take().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
    }
}
