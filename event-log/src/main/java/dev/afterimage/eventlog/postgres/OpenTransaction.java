package dev.afterimage.eventlog.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A transaction that stays open for as long as it takes, on a connection of its own. Used by one thread. */
final class OpenTransaction implements AutoCloseable {

    private final Connection connection;
    private final boolean autoCommit;
    private final int networkTimeout;

    private OpenTransaction(Connection connection) throws SQLException {
        this.connection = connection;
        this.autoCommit = connection.getAutoCommit();
        this.networkTimeout = connection.getNetworkTimeout();
    }

    static OpenTransaction begin(DataSource dataSource) throws SQLException {
        var connection = dataSource.getConnection();
        try {
            var transaction = new OpenTransaction(connection);
            transaction.begin();
            return transaction;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Whatever the user limits for the requests of a service is too little for a repair. */
    private void begin() throws SQLException {
        if (!autoCommit) {
            connection.rollback(); // a pool may have asked something already
        }
        connection.setAutoCommit(false);
        connection.setNetworkTimeout(Runnable::run, 0);
        Sql.run(connection, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE");
        Sql.run(connection, """
                SELECT pg_catalog.set_config(name, '0', true) FROM pg_catalog.pg_settings WHERE name IN ('lock_timeout',
                  'statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')""");
    }

    Connection connection() {
        return connection;
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /** Rolls back what was not committed and gives the connection back as it was. */
    @Override
    public void close() throws SQLException {
        try (connection) {
            connection.rollback();
            connection.setNetworkTimeout(Runnable::run, networkTimeout);
            connection.setAutoCommit(autoCommit);
        }
    }
}
