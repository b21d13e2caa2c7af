package dev.afterimage.postgres;

import java.sql.SQLException;

/** A statement failed; the SQLSTATE says whether trying again can help. */
public class DatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final String sqlState;

    public DatabaseException(String attempt, SQLException cause) {
        super("%s failed: %s".formatted(attempt, SqlMessages.withoutRows(cause)), cause);
        this.sqlState = cause.getSQLState() == null ? "" : cause.getSQLState();
    }

    /**
     * The five characters of the <a href="https://www.postgresql.org/docs/18/errcodes-appendix.html">error code</a>.
     */
    public String sqlState() {
        return sqlState;
    }
}
