package dev.afterimage.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** A connection of somebody's pool and how it came. None of this asks the server. */
record Borrowed(Connection connection, boolean autoCommit, boolean readOnly, int networkTimeout) {

    static Borrowed asItCame(Connection connection) throws SQLException {
        return new Borrowed(
                connection, connection.getAutoCommit(), connection.isReadOnly(), connection.getNetworkTimeout());
    }

    /** Ends what a pool's own test of the connection may have begun, and makes it writable and its waits bounded. */
    void prepare(boolean newAutoCommit, Bounds bounds) throws SQLException {
        waitForAnswers(bounds.answer(networkTimeout));
        if (!autoCommit) {
            connection.rollback();
        }
        if (readOnly) {
            connection.setReadOnly(false);
        }
        if (autoCommit != newAutoCommit) {
            connection.setAutoCommit(newAutoCommit);
        }
    }

    private void waitForAnswers(int millis) throws SQLException {
        if (connection.getNetworkTimeout() != millis) {
            connection.setNetworkTimeout(Runnable::run, millis);
        }
    }

    /** No transaction may be open. A connection that fails here is dead, and its pool will find out. */
    void restore() {
        try {
            if (connection.getAutoCommit() != autoCommit) {
                connection.setAutoCommit(autoCommit);
            }
            if (connection.isReadOnly() != readOnly) {
                connection.setReadOnly(readOnly);
            }
            waitForAnswers(networkTimeout);
        } catch (SQLException e) {
            // a pool discards a connection that is closed
        }
    }

    /** The failure that led here is the one worth reporting, not that a dead connection cannot roll back. */
    static void rollbackQuietly(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // the server rolls back when the connection goes
        }
    }
}
