package dev.afterimage.relay.source;

import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.postgres.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One connection for many single statements, opened when it is first needed and again after a failure. A server that
 * does not answer in time is a failure. One caller at a time.
 */
public final class KeptConnection implements AutoCloseable {

    private final DataSource dataSource;
    private final Duration limit;
    private @Nullable Connection open;

    /** @param limit how long the server may take to let us in, and for each of its answers */
    public KeptConnection(DatabaseAddress address, String applicationName, Duration limit) {
        this.dataSource = address.withSocketTimeout(limit).dataSource(applicationName);
        this.limit = limit;
    }

    /** @throws DatabaseException if the statement failed or took too long; the next one finds a new connection */
    public synchronized <T extends @Nullable Object> T ask(String attempt, Transactions.Work<T> work) {
        try {
            return work.on(connection());
        } catch (SQLException e) {
            close();
            throw new DatabaseException(attempt, e);
        }
    }

    private Connection connection() throws SQLException {
        var connection = open;
        if (connection == null) {
            connection = dataSource.getConnection();
            connection.setNetworkTimeout(Runnable::run, (int) limit.toMillis());
            open = connection;
            Unlimited.on(connection); // it may be idle for as long as it likes
        }
        return connection;
    }

    @Override
    public synchronized void close() {
        var connection = open;
        open = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // it is gone either way
            }
        }
    }
}
