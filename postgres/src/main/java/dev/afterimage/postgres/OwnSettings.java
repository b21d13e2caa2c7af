package dev.afterimage.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;

/**
 * Path and time-outs of our transactions on connections that are somebody else's. Names without a schema are
 * PostgreSQL's own, so that nothing that somebody made under the same name is called.
 */
public final class OwnSettings {

    private static final String READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; ";
    private static final String SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; ";

    private OwnSettings() {}

    /** For the transaction that begins with this, whatever the defaults are; one round trip. */
    static void begin(Connection connection, Bounds bounds) throws SQLException {
        execute(connection, READ_COMMITTED + settings(connection, bounds));
    }

    /** The same for a transaction that sees one moment. */
    static void beginSnapshot(Connection connection, Bounds bounds) throws SQLException {
        execute(connection, SNAPSHOT + settings(connection, bounds));
    }

    /** Gives the rest of the transaction, which runs statements of the caller, the caller's path back. */
    public static void callersPath(Connection connection) throws SQLException {
        execute(
                connection,
                "SELECT pg_catalog.set_config('search_path', pg_catalog.current_setting('afterimage.callers_path'), true)");
    }

    /** Without a transaction around them, settings and statement are one that ends with them. */
    static PreparedStatement prepare(Connection connection, Bounds bounds, String sql) throws SQLException {
        return connection.prepareStatement(settings(connection, bounds) + "; " + sql);
    }

    /** Runs a statement of {@link Transactions#asking}; what comes before its rows is what the settings gave. */
    public static ResultSet rows(PreparedStatement statement) throws SQLException {
        statement.execute();
        statement.getMoreResults();
        return Objects.requireNonNull(statement.getResultSet(), "a statement that reads has rows");
    }

    private static String settings(Connection connection, Bounds bounds) throws SQLException {
        return bounds.settings(connection.getMetaData().getDatabaseMajorVersion());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }
}
