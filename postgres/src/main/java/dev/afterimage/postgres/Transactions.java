package dev.afterimage.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs work on a connection of its own: in one transaction that commits when the work returns, or read by read. */
public final class Transactions {

    /** Work on a connection that it must neither commit nor close. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    private final DataSource dataSource;

    public Transactions(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Commits when the work returns and rolls back when it throws.
     *
     * @throws DatabaseException if a statement or the commit fails; {@code attempt} names it
     */
    public <T extends @Nullable Object> T inOne(String attempt, Work<T> work) {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            return commitAfter(connection, work);
        } catch (SQLException e) {
            throw new DatabaseException(attempt, e);
        }
    }

    private static <T extends @Nullable Object> T commitAfter(Connection connection, Work<T> work) throws SQLException {
        var done = false;
        try {
            T result = work.on(connection);
            connection.commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                rollbackQuietly(connection);
            }
            restoreAutoCommit(connection);
        }
    }

    /** The failure that led here is the one worth reporting, not that a dead connection cannot roll back. */
    private static void rollbackQuietly(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // the server rolls back when the connection goes
        }
    }

    private static void restoreAutoCommit(Connection connection) {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            // a pool discards a connection that is closed
        }
    }

    /**
     * Each statement on its own, for single reads.
     *
     * @throws DatabaseException if a statement fails; {@code attempt} names it
     */
    public <T extends @Nullable Object> T reading(String attempt, Work<T> work) {
        try (var connection = dataSource.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw new DatabaseException(attempt, e);
        }
    }
}
