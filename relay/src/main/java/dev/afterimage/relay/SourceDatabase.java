package dev.afterimage.relay;

import dev.afterimage.outbox.OutboxSchema;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.Transactions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/** What the relay asks the service's database, one statement a method. */
final class SourceDatabase {

    /** A row of {@code pg_replication_slots}. */
    record Slot(String plugin, String database, long activePid, Lsn confirmed, SlotHealth health) {}

    private final Transactions transactions;

    SourceDatabase(DatabaseAddress address) {
        this.transactions = new Transactions(address.dataSource("afterimage-relay"));
    }

    String setting(String name) {
        return transactions.reading("reading the setting " + name, connection -> {
            try (var statement = connection.prepareStatement("SELECT current_setting(?)")) {
                statement.setString(1, name);
                return only(statement.executeQuery());
            }
        });
    }

    /** Tells this server apart from a copy of it that was initialised anew. */
    String systemIdentifier() {
        return transactions.reading("reading the system identifier", connection -> {
            try (var statement = connection.createStatement()) {
                return only(statement.executeQuery("SELECT system_identifier::text FROM pg_control_system()"));
            }
        });
    }

    String databaseName() {
        return transactions.reading("reading the database's name", connection -> {
            try (var statement = connection.createStatement()) {
                return only(statement.executeQuery("SELECT current_database()"));
            }
        });
    }

    /** Whether our publication still sends the inserts, and only the inserts, of the outbox, with every column. */
    boolean publishesOutboxInserts() {
        var sql = """
                SELECT count(*) FROM pg_publication p JOIN pg_publication_tables t USING (pubname)
                WHERE p.pubname = ? AND t.schemaname = 'afterimage' AND t.tablename = ?
                  AND p.pubinsert AND NOT p.pubupdate AND NOT p.pubdelete AND NOT p.pubtruncate
                  AND t.rowfilter IS NULL
                  AND cardinality(t.attnames) = (SELECT count(*) FROM pg_attribute a
                    JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = t.schemaname AND c.relname = t.tablename AND a.attnum > 0 AND NOT a.attisdropped)""";
        return transactions.reading("reading the publication", connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, OutboxSchema.PUBLICATION);
                statement.setString(2, OutboxSchema.TABLE);
                return only(statement.executeQuery()).equals("1");
            }
        });
    }

    Optional<Slot> slot(String name) {
        return transactions.reading("reading slot " + name, connection -> slot(connection, name));
    }

    static Optional<Slot> slot(Connection connection, String name) throws SQLException {
        var sql = """
                SELECT coalesce(plugin, 'none'), coalesce(database, 'none'), coalesce(active_pid, 0),
                  confirmed_flush_lsn::text, active, coalesce(wal_status, 'unreserved'),
                  pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint,
                  pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint, safe_wal_size
                FROM pg_replication_slots WHERE slot_name = ?""";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(slot(rows)) : Optional.empty();
            }
        }
    }

    private static Slot slot(ResultSet row) throws SQLException {
        var confirmed = row.getString(4);
        var safe = row.getObject(9, Long.class);
        var health = new SlotHealth(
                row.getBoolean(5),
                row.getString(6),
                row.getLong(7),
                row.getLong(8),
                safe == null ? OptionalLong.empty() : OptionalLong.of(safe));
        return new Slot(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                confirmed == null ? new Lsn(0) : Lsn.parse(confirmed),
                health);
    }

    /** From PostgreSQL 17 on the slot survives a failover to a standby that synchronises slots. */
    Slot createSlot(String name) {
        var sql = knowsFailover()
                ? "SELECT slot_name FROM pg_create_logical_replication_slot(?, 'pgoutput', false, false, true)"
                : "SELECT slot_name FROM pg_create_logical_replication_slot(?, 'pgoutput')";
        call("creating slot " + name, sql, name);
        return slot(name).orElseThrow();
    }

    boolean knowsFailover() {
        return Integer.parseInt(setting("server_version_num")) >= 170_000;
    }

    /** Does work while no other node does work for the same slot. */
    void oneNodeAtATime(String slot, Runnable work) {
        transactions.inOne("waiting for other nodes to make slot " + slot, connection -> {
            try (var statement = connection.prepareStatement("SELECT pg_advisory_xact_lock(hashtext(?))")) {
                statement.setString(1, "afterimage slot " + slot);
                statement.execute();
            }
            work.run();
            return null;
        });
    }

    void dropSlot(String name) {
        call("dropping slot " + name, "SELECT pg_drop_replication_slot(?)::text", name);
    }

    private void call(String attempt, String sql, String argument) {
        transactions.reading(attempt, connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, argument);
                return statement.execute();
            }
        });
    }

    private static String only(ResultSet result) throws SQLException {
        try (result) {
            result.next();
            return result.getString(1);
        }
    }
}
