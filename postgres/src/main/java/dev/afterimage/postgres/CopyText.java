package dev.afterimage.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Builds rows in the text format of COPY: tab between values, {@code \N} for null, line feed after each row.
 *
 * @see <a href="https://www.postgresql.org/docs/18/sql-copy.html#id-1.9.3.55.9.2">COPY, text format</a>
 */
public final class CopyText implements Copy.Rows {

    private final StringBuilder text = new StringBuilder();
    private boolean rowStarted;

    /** Adds the next value of the row, as PostgreSQL would read it from a string literal. */
    public CopyText add(@Nullable CharSequence value) {
        separate();
        if (value == null) {
            text.append("\\N");
        } else {
            escape(value);
        }
        return this;
    }

    public CopyText add(long value) {
        separate();
        text.append(value);
        return this;
    }

    @Override
    public void endRow() {
        text.append('\n');
        rowStarted = false;
    }

    @Override
    public void end() {
        // the text ends with its last row
    }

    private void separate() {
        if (rowStarted) {
            text.append('\t');
        }
        rowStarted = true;
    }

    private void escape(CharSequence value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                default -> text.append(c);
            }
        }
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public void sendTo(CopyIn copy) throws SQLException {
        var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        text.setLength(0);
    }
}
