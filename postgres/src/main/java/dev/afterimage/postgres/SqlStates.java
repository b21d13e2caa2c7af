package dev.afterimage.postgres;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL's <a href="https://www.postgresql.org/docs/18/errcodes-appendix.html">error codes</a> mean to us. */
public final class SqlStates {

    private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "53", "57", "58");
    private static final Set<String> TRANSIENT = Set.of("40001", "40P01", "55P03", "25P03", "25P04");
    private static final String QUERY_CANCELED = "57014";

    private SqlStates() {}

    /**
     * Whether the same statement may succeed later: lost connection, deadlock, lock time-out, server short of
     * resources.
     */
    public static boolean isTransient(Throwable failure) {
        var sqlState = of(failure);
        return sqlState != null
                && !sqlState.equals(QUERY_CANCELED)
                && (TRANSIENT.contains(sqlState)
                        || (sqlState.length() == 5 && TRANSIENT_CLASSES.contains(sqlState.substring(0, 2))));
    }

    /** The code of the first {@link SQLException} among the causes; null if there is none. */
    public static @Nullable String of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql.getSQLState();
            }
        }
        return null;
    }
}
