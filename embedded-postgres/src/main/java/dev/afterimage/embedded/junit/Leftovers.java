package dev.afterimage.embedded.junit;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** What a test class left behind in its database: open connections and replication slots, each as a phrase. */
record Leftovers(List<String> connections, List<String> slots) {

    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Returns as soon as nothing is left, or with what is left at the time limit. */
    static Leftovers after(Duration limit, DataSource maintenance, String database) throws SQLException {
        long deadline = System.nanoTime() + limit.toNanos();
        try (var connection = maintenance.getConnection()) {
            var left = now(connection, database);
            while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(PAUSE.toNanos());
                left = now(connection, database);
            }
            return left;
        }
    }

    private static Leftovers now(Connection connection, String database) throws SQLException {
        return new Leftovers(connections(connection, database), slots(connection, database));
    }

    private static List<String> connections(Connection connection, String database) throws SQLException {
        return phrases(connection, """
                select format('connection of ''%s'' (pid %s, %s): %s',
                              application_name, pid, coalesce(state, backend_type), left(query, 200))
                from pg_stat_activity
                where datname = ? and pid <> pg_backend_pid() and backend_type in ('client backend', 'walsender')
                order by backend_start""", database);
    }

    private static List<String> slots(Connection connection, String database) throws SQLException {
        return phrases(connection, """
                select format('replication slot %s (%s)', slot_name, case when active then 'active' else 'inactive' end)
                from pg_replication_slots
                where database = ?
                order by slot_name""", database);
    }

    private static List<String> phrases(Connection connection, String sql, String database) throws SQLException {
        try (var query = connection.prepareStatement(sql)) {
            query.setString(1, database);
            var phrases = new ArrayList<String>();
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    phrases.add(rows.getString(1));
                }
            }
            return phrases;
        }
    }

    boolean isEmpty() {
        return connections.isEmpty() && slots.isEmpty();
    }

    /** One line for each thing that is left. */
    String describe() {
        var all = new ArrayList<>(connections);
        all.addAll(slots);
        return String.join("\n  ", all);
    }
}
