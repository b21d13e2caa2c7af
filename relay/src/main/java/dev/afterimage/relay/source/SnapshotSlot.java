package dev.afterimage.relay.source;

import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A new slot together with the snapshot at which it starts; the snapshot lasts while this is open.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/18/protocol-replication.html#PROTOCOL-REPLICATION-CREATE-REPLICATION-SLOT">CREATE_REPLICATION_SLOT</a>
 */
public record SnapshotSlot(DatabaseAddress address, Connection replication, Lsn consistentPoint, String snapshot)
        implements AutoCloseable {

    /** What the server's processes of a repair call themselves. */
    public static final String APPLICATION = "afterimage-repair";

    /** Waits until every transaction that has written ends, in every database of the server. */
    public static SnapshotSlot create(DatabaseAddress address, String slot, boolean failover) throws SQLException {
        var replication = address.withSocketTimeout(Duration.ZERO).connectForReplication(APPLICATION);
        try {
            Unlimited.on(replication);
            return create(address, replication, slot, failover);
        } catch (SQLException e) {
            replication.close();
            throw e;
        }
    }

    private static SnapshotSlot create(DatabaseAddress address, Connection replication, String slot, boolean failover)
            throws SQLException {
        var options = failover ? "(SNAPSHOT 'export', FAILOVER true)" : "(SNAPSHOT 'export')";
        try (var statement = replication.createStatement();
                var made = statement.executeQuery(
                        "CREATE_REPLICATION_SLOT \"%s\" LOGICAL pgoutput %s".formatted(slot, options))) {
            made.next();
            return new SnapshotSlot(
                    address,
                    replication,
                    Lsn.parse(made.getString("consistent_point")),
                    made.getString("snapshot_name"));
        }
    }

    /** A transaction that sees exactly what was committed before the slot's first change. */
    public Connection openSnapshot() throws SQLException {
        var connection = address.withSocketTimeout(Duration.ZERO).connect(APPLICATION);
        try (var statement = connection.createStatement()) {
            Unlimited.on(connection);
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("SET TRANSACTION SNAPSHOT '%s'".formatted(snapshot));
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public void close() throws SQLException {
        replication.close();
    }
}
