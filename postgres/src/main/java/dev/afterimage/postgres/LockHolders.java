package dev.afterimage.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Who has kept locks on the tables of some schemas, for messages: never with the text of a statement, which may have
 * personal data in it.
 */
public final class LockHolders {

    private static final int NAMED = 5;

    private static final String SELECT = """
            SELECT CASE WHEN l.pid IS NULL THEN 'a prepared transaction (see pg_prepared_xacts)' ELSE concat('pid ', l.pid,
                ' (', coalesce(nullif(a.application_name, ''), 'unnamed'), ' as ', coalesce(a.usename::text, 'an unknown user'),
                ', ', coalesce(a.state, 'in a state that only pg_read_all_stats may see'),
                ', in a transaction since ' || to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"'),
                ', its last statement ' || upper(substring(a.query FROM '^[[:space:]]*([[:alpha:]]+)')) || ' began '
                  || to_char(a.query_start AT TIME ZONE 'UTC', 'HH24:MI:SS"Z"'), ')') END
              || ' with locks on ' || string_agg(DISTINCT c.relname, ', ' ORDER BY c.relname)
            FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace
              LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
            WHERE l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND c.relkind IN ('r', 'p', 'v') AND l.pid IS DISTINCT FROM pg_backend_pid() AND %s
            GROUP BY l.pid, a.application_name, a.usename, a.state, a.xact_start, a.query, a.query_start
            ORDER BY a.xact_start LIMIT ?""";

    private static final String IN_SCHEMAS = SELECT.formatted("""
            n.nspname = ANY (?) AND (? OR l.mode <> 'AccessShareLock')
              AND (l.pid IS NULL OR cardinality(pg_blocking_pids(l.pid)) = 0)
              AND (a.xact_start IS NULL OR a.xact_start < clock_timestamp() - ? * interval '1 ms')""");
    private static final String ON_RELATIONS = SELECT.formatted("n.nspname = ? AND c.relname = ANY (?)");

    private LockHolders() {}

    /**
     * Who may have been in the way for so long: at most five, those first who have been at it longest. Those who wait
     * for somebody themselves or began too late are left out.
     *
     * @param connection in a transaction of ours
     * @param readers whether those who only read are in the way, too
     * @param since for how long somebody waited in vain
     */
    public static List<String> inSchemas(
            Connection connection, Collection<String> schemas, boolean readers, Duration since) throws SQLException {
        try (var statement = connection.prepareStatement(IN_SCHEMAS)) {
            statement.setArray(1, connection.createArrayOf("text", schemas.toArray()));
            statement.setBoolean(2, readers);
            statement.setLong(3, since.toMillis());
            statement.setInt(4, NAMED);
            try (var rows = statement.executeQuery()) {
                return read(rows);
            }
        }
    }

    /**
     * Who uses these tables or views, readers included: at most five, those first who have been at it longest.
     *
     * @param connection in a transaction of ours
     */
    public static List<String> onRelations(Connection connection, String schema, Collection<String> names)
            throws SQLException {
        try (var statement = connection.prepareStatement(ON_RELATIONS)) {
            statement.setString(1, schema);
            statement.setArray(2, connection.createArrayOf("text", names.toArray()));
            statement.setInt(3, NAMED);
            try (var rows = statement.executeQuery()) {
                return read(rows);
            }
        }
    }

    private static List<String> read(ResultSet rows) throws SQLException {
        var holders = new ArrayList<String>();
        while (rows.next()) {
            holders.add(rows.getString(1));
        }
        return holders;
    }
}
