package dev.afterimage.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on a connection of its own: in one transaction that commits when the work returns, or read by read. The
 * connection may come from anybody's pool: whatever its auto-commit, its default isolation and its read-only flag are,
 * the work sees READ COMMITTED and may write, and the connection goes back as it came. A server that is read-only by
 * its own settings stays so.
 */
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
            var before = Borrowed.asItCame(connection);
            try {
                before.prepare(false);
                return commitAfter(connection, work);
            } finally {
                before.restore();
            }
        } catch (SQLException e) {
            throw new DatabaseException(attempt, e);
        }
    }

    /** For the transaction that has just begun on this connection, whatever the default is. */
    public static void readCommitted(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
        }
    }

    private static <T extends @Nullable Object> T commitAfter(Connection connection, Work<T> work) throws SQLException {
        var done = false;
        try {
            readCommitted(connection);
            T result = work.on(connection);
            connection.commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                Borrowed.rollbackQuietly(connection);
            }
        }
    }

    /**
     * Each statement on its own, for single reads.
     *
     * @throws DatabaseException if a statement fails; {@code attempt} names it
     */
    public <T extends @Nullable Object> T reading(String attempt, Work<T> work) {
        try (var connection = dataSource.getConnection()) {
            var before = Borrowed.asItCame(connection);
            try {
                before.prepare(true);
                return work.on(connection);
            } finally {
                before.restore();
            }
        } catch (SQLException e) {
            throw new DatabaseException(attempt, e);
        }
    }
}
