package dev.afterimage.relay.source;

import java.sql.Connection;
import java.sql.SQLException;

/** Takes a role's time-outs, which are made for requests, off a connection of our own whose work may take hours. */
public final class UnlimitedTime {

    /** Those that the server knows; a wait for a lock keeps its own limit. */
    private static final String SQL = """
            SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.unnest(ARRAY[
              'statement_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout'
            ]) AS name WHERE pg_catalog.current_setting(name, true) IS NOT NULL""";

    private UnlimitedTime() {}

    /** For the rest of the session; before a transaction begins. */
    public static void on(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(SQL);
        }
    }
}
