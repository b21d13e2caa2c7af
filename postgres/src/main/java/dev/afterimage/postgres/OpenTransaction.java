package dev.afterimage.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A transaction of ours that stays open for as long as it takes, on a connection of its own: whatever the user limits
 * for the requests of a service is too little for it. Used by one thread.
 */
public final class OpenTransaction implements AutoCloseable {

    /** What a transaction begins with. */
    private interface Beginning {
        void on(Connection connection, Bounds bounds) throws SQLException;
    }

    private final Connection connection;
    private final Borrowed before;

    private OpenTransaction(Connection connection) throws SQLException {
        this.connection = connection;
        this.before = Borrowed.asItCame(connection);
    }

    /** READ COMMITTED. */
    public static OpenTransaction begin(DataSource dataSource) throws SQLException {
        return begin(dataSource, OwnSettings::begin);
    }

    /** What its first statement sees is what all later ones see; it cannot write. */
    public static OpenTransaction beginSnapshot(DataSource dataSource) throws SQLException {
        return begin(dataSource, OwnSettings::beginSnapshot);
    }

    private static OpenTransaction begin(DataSource dataSource, Beginning beginning) throws SQLException {
        var connection = dataSource.getConnection();
        try {
            var transaction = new OpenTransaction(connection);
            transaction.before.prepare(false, Bounds.none());
            beginning.on(connection, Bounds.none());
            return transaction;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    public Connection connection() {
        return connection;
    }

    public void commit() throws SQLException {
        connection.commit();
    }

    /** Rolls back what was not committed and gives the connection back as it was. */
    @Override
    public void close() throws SQLException {
        try (connection) {
            connection.rollback();
            before.restore();
        }
    }
}
