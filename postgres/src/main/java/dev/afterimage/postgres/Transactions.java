package dev.afterimage.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Runs work on a connection of its own, in one transaction that commits when the work returns. The connection may come
 * from anybody's pool: whatever its auto-commit, its default isolation, its read-only flag, its search path and its
 * time-outs are, the work sees READ COMMITTED, may write, finds PostgreSQL's own functions and waits within bounds, and
 * the connection goes back as it came. A server that is read-only by its own settings stays so.
 */
public final class Transactions {

    /** Work on a connection that it must neither commit nor close. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Set<String> EXPLAINED = Set.of(LOCK_NOT_AVAILABLE, DeniedException.INSUFFICIENT_PRIVILEGE);
    private static final String ABORTED = "25P02";

    private final DataSource dataSource;
    private final Bounds bounds;
    private final Set<String> schemas;
    private final boolean behindReaders;

    public Transactions(DataSource dataSource) {
        this(dataSource, Bounds.defaults());
    }

    public Transactions(DataSource dataSource, Bounds bounds) {
        this(dataSource, bounds, Set.of(Migrations.SCHEMA), false);
    }

    private Transactions(DataSource dataSource, Bounds bounds, Set<String> schemas, boolean behindReaders) {
        this.dataSource = dataSource;
        this.bounds = bounds;
        this.schemas = schemas;
        this.behindReaders = behindReaders;
    }

    /** The same with other bounds. */
    public Transactions within(Bounds other) {
        return new Transactions(dataSource, other, schemas, behindReaders);
    }

    /** The same for work that waits for locks on tables of this schema, too. */
    public Transactions alsoOn(String schema) {
        return new Transactions(dataSource, bounds, Set.of(Migrations.SCHEMA, schema), behindReaders);
    }

    /** The same for work that changes tables, and so waits for those who only read them, too. */
    public Transactions alsoBehindReaders() {
        return new Transactions(dataSource, bounds, schemas, true);
    }

    public Bounds bounds() {
        return bounds;
    }

    /**
     * Commits when the work returns and rolls back when it throws.
     *
     * @throws BlockedException if a lock is not given in time
     * @throws DeniedException if the role lacks a privilege
     * @throws DatabaseException if a statement or the commit fails; {@code attempt} names it
     */
    public <T extends @Nullable Object> T inOne(String attempt, Work<T> work) {
        try (var connection = dataSource.getConnection()) {
            var before = Borrowed.asItCame(connection);
            try {
                before.prepare(false, bounds);
                return commitAfter(connection, attempt, work);
            } finally {
                before.restore();
            }
        } catch (SQLException e) {
            throw new DatabaseException(attempt, e);
        }
    }

    private <T extends @Nullable Object> T commitAfter(Connection connection, String attempt, Work<T> work)
            throws SQLException {
        var done = false;
        long begun = System.nanoTime();
        try {
            OwnSettings.begin(connection, bounds);
            T result = work.on(connection);
            requireNotFailed(connection);
            connection.commit();
            done = true;
            return result;
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw blocked(connection, attempt, begun, e);
            }
            if (DeniedException.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState()) && isAborted(connection)) {
                throw new DeniedException(attempt, role(connection, e), e);
            }
            throw e;
        } finally {
            if (!done) {
                Borrowed.rollbackQuietly(connection);
            }
        }
    }

    /** The driver is silent when the server answers a commit with a roll-back. */
    private static void requireNotFailed(Connection connection) throws SQLException {
        if (hasFailed(connection)) {
            throw new SQLException("a statement had failed and the work went on: nothing of it was kept", ABORTED);
        }
    }

    /** Whether a statement has failed, so that nothing of the transaction can be kept; does not ask the server. */
    public static boolean hasFailed(Connection connection) {
        try {
            return connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.FAILED;
        } catch (SQLException e) {
            throw new DatabaseException("looking at the transaction", e);
        }
    }

    private BlockedException blocked(Connection connection, String attempt, long begun, SQLException failure) {
        var tried = Duration.ofNanos(System.nanoTime() - begun);
        var waited = bounds.lock().isZero() || tried.compareTo(bounds.lock()) < 0 ? tried : bounds.lock();
        return new BlockedException(attempt, holders(connection, waited, failure), failure);
    }

    /** Asked after the failure and on the same connection: no other one is needed. */
    private List<String> holders(Connection connection, Duration waited, SQLException failure) {
        try {
            connection.rollback();
            OwnSettings.begin(connection, bounds);
            return LockHolders.inSchemas(connection, schemas, behindReaders, waited);
        } catch (SQLException e) {
            failure.addSuppressed(e);
            return List.of();
        }
    }

    /** Otherwise what failed was a statement on another connection, which the work used. */
    private static boolean isAborted(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            return false;
        } catch (SQLException e) {
            if (ABORTED.equals(e.getSQLState())) {
                return true;
            }
            throw e;
        }
    }

    private String role(Connection connection, SQLException failure) {
        try {
            connection.rollback();
            OwnSettings.begin(connection, bounds);
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT quote_ident(current_user)")) {
                row.next();
                return row.getString(1);
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
            return "of this connection";
        }
    }

    /** What to do with one statement. */
    @FunctionalInterface
    public interface Question<T extends @Nullable Object> {

        /** @param statement to be bound and given to {@link OwnSettings#rows} */
        T of(PreparedStatement statement) throws SQLException;
    }

    /**
     * One statement that reads, with our settings in front of it: one round trip, and a driver that never hears of the
     * path. The isolation is the pool's, which makes no difference for one statement. If a lock or a privilege is not
     * given, it is run again as a transaction, which finds out why.
     *
     * @throws DatabaseException as {@link #inOne}
     */
    public <T extends @Nullable Object> T asking(String attempt, String sql, Question<T> question) {
        try {
            return atOnce(attempt, sql, question);
        } catch (DatabaseException e) {
            if (!EXPLAINED.contains(e.sqlState())) {
                throw e;
            }
            return inOne(attempt, connection -> ask(connection, sql, question));
        }
    }

    private <T extends @Nullable Object> T atOnce(String attempt, String sql, Question<T> question) {
        try (var connection = dataSource.getConnection()) {
            var before = Borrowed.asItCame(connection);
            try {
                before.prepare(true, bounds);
                return ask(connection, sql, question);
            } finally {
                before.restore();
            }
        } catch (SQLException e) {
            throw new DatabaseException(attempt, e);
        }
    }

    private <T extends @Nullable Object> T ask(Connection connection, String sql, Question<T> question)
            throws SQLException {
        try (var statement = OwnSettings.prepare(connection, bounds, sql)) {
            return question.of(statement);
        }
    }

    /**
     * For work that only reads: {@link #inOne} under another name.
     *
     * @throws DatabaseException if a statement fails; {@code attempt} names it
     */
    public <T extends @Nullable Object> T reading(String attempt, Work<T> work) {
        return inOne(attempt, work);
    }
}
