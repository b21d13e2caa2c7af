package dev.afterimage.relay.source;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Takes away what a role's defaults limit on connections whose work may take hours: how long it may take, and which
 * rows it sees. What a policy hides would look as if somebody had deleted it; so such a statement fails instead.
 */
public final class Unlimited {

    /** Those that the server knows; a wait for a lock keeps its own limit. */
    private static final String SQL = """
            SELECT pg_catalog.set_config(name, value, false) FROM (VALUES
              ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '0'), ('idle_session_timeout', '0'),
              ('transaction_timeout', '0'), ('row_security', 'off')
            ) AS setting (name, value) WHERE pg_catalog.current_setting(name, true) IS NOT NULL""";

    private Unlimited() {}

    /** For the rest of the session; before a transaction begins. */
    public static void on(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(SQL);
        }
    }
}
