package dev.afterimage.postgres;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A statement failed; the SQLSTATE says whether trying again can help. */
public class DatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final String sqlState;

    public DatabaseException(String attempt, SQLException cause) {
        this("%s failed: %s".formatted(attempt, SqlMessages.withoutRows(cause)), cause.getSQLState(), cause);
    }

    DatabaseException(String message, @Nullable String sqlState, SQLException cause) {
        super(message, cause);
        this.sqlState = sqlState == null ? "" : sqlState;
    }

    /**
     * The five characters of the <a href="https://www.postgresql.org/docs/18/errcodes-appendix.html">error code</a>.
     */
    public String sqlState() {
        return sqlState;
    }
}
