package dev.afterimage.postgres;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL's <a href="https://www.postgresql.org/docs/18/errcodes-appendix.html">error codes</a> mean to us. */
public final class SqlStates {

    /** Raised by a function or trigger with {@code RAISE EXCEPTION}. */
    private static final String RAISED = "P0001";

    private static final String ABORTED = "25P02";

    private static final Set<String> DATA_CLASSES = Set.of("22", "23");

    // 08 connection, 28 a password that was just changed, 53 resources, 57 cancelled or shut down, 58 disk
    private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "28", "53", "57", "58");

    // read-only (failover), idle and transaction time-outs, a pooler's lost statement,
    // serialization, deadlock, outcome unknown, object in use, lock time-out
    private static final Set<String> TRANSIENT =
            Set.of("25006", "25P03", "25P04", "26000", "40001", "40P01", "40003", "55006", "55P03");

    private SqlStates() {}

    /**
     * Whether the values that a statement was given are the cause, so that it fails again for as long as they are the
     * same: a value that does not fit, a violated constraint, or what a trigger refuses. All other failures come from
     * around the statement.
     */
    public static boolean isDataError(Throwable failure) {
        var sqlState = of(failure);
        return sqlState != null && (sqlState.equals(RAISED) || isOf(DATA_CLASSES, sqlState));
    }

    /**
     * Whether the same statement may succeed later without anybody changing a program: the connection was lost or not
     * given by a pool in time, the server is read-only, restarts or is short of resources, a password is being changed,
     * somebody cancelled the statement, a deadlock, a lock time-out.
     */
    public static boolean isTransient(Throwable failure) {
        var sqlState = of(failure);
        return sqlState == null
                ? firstOf(failure).isPresent() // a pool's own exceptions have no code
                : TRANSIENT.contains(sqlState) || isOf(TRANSIENT_CLASSES, sqlState);
    }

    /**
     * The code of the first {@link SQLException} among the causes that has one; null if there is none. Of a statement
     * in a transaction that had failed before, it is the code of that failure, if it is known.
     */
    public static @Nullable String of(Throwable failure) {
        @Nullable String aborted = null;
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && !sql.getSQLState().isEmpty()) {
                if (!sql.getSQLState().equals(ABORTED)) {
                    return sql.getSQLState();
                }
                aborted = ABORTED;
            }
        }
        return aborted;
    }

    /** The first {@link SQLException} among the causes that has this code. */
    public static Optional<SQLException> first(String sqlState, Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sqlState.equals(sql.getSQLState())) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }

    private static Optional<SQLException> firstOf(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }

    private static boolean isOf(Set<String> classes, String sqlState) {
        return sqlState.length() == 5 && classes.contains(sqlState.substring(0, 2));
    }
}
