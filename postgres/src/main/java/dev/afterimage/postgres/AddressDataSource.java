package dev.afterimage.postgres;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Opens a connection of one address each time. */
final class AddressDataSource implements DataSource {

    private final DatabaseAddress address;
    private final String applicationName;

    AddressDataSource(DatabaseAddress address, String applicationName) {
        this.address = address;
        this.applicationName = applicationName;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return address.connect(applicationName);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "user and password come from the DatabaseAddress: call getConnection()");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        // The driver has a logger.
    }

    /** A pool sets this to its own wait; how long a login may take is up to the address. */
    @Override
    public void setLoginTimeout(int seconds) {
        // See above.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("no logger of its own");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (!type.isInstance(this)) {
            throw new SQLException("%s is not a %s".formatted(this, type.getName()));
        }
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
