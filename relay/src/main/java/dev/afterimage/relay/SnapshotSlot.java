package dev.afterimage.relay;

import dev.afterimage.postgres.DatabaseAddress;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A new slot together with the snapshot at which it starts; the snapshot lasts while this is open.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/18/protocol-replication.html#PROTOCOL-REPLICATION-CREATE-REPLICATION-SLOT">CREATE_REPLICATION_SLOT</a>
 */
record SnapshotSlot(DatabaseAddress address, Connection replication, Lsn consistentPoint, String snapshot)
        implements AutoCloseable {

    static SnapshotSlot create(DatabaseAddress address, String slot, boolean failover) throws SQLException {
        var replication = address.connectForReplication("afterimage-repair");
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
        } catch (SQLException e) {
            replication.close();
            throw e;
        }
    }

    /** A read-only transaction that sees exactly what was committed before the slot's first change. */
    Connection openSnapshot() throws SQLException {
        var connection = address.dataSource("afterimage-repair").getConnection();
        try (var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
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
