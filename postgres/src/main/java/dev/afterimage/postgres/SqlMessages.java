package dev.afterimage.postgres;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/** What PostgreSQL reported, without the details that quote rows: a row may hold personal data. */
public final class SqlMessages {

    private SqlMessages() {}

    public static String withoutRows(SQLException failure) {
        if (failure instanceof BatchUpdateException && failure.getCause() instanceof SQLException cause) {
            return withoutRows(cause); // its own message quotes the statement with its values
        }
        var server = failure instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
        return server == null
                ? String.valueOf(failure.getMessage())
                : "%s: %s".formatted(server.getSeverity(), server.getMessage());
    }
}
