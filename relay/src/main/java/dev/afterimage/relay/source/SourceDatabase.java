package dev.afterimage.relay.source;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.outbox.OutboxSchema;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.MigrationException;
import dev.afterimage.relay.Lsn;
import dev.afterimage.relay.SlotHealth;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the relay asks the service's database, one statement a method, on one connection that it keeps. */
public final class SourceDatabase implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** What the relay reads of each row. */
    private static final String COLUMNS =
            "{event_id,aggregate_type,aggregate_id,sequence,event_name,event_version,payload,metadata,occurred_at}";

    private final KeptConnection connection;

    /** Opens nothing yet. */
    public SourceDatabase(DatabaseAddress address) {
        this(address, "afterimage-relay", LIMIT);
    }

    public SourceDatabase(DatabaseAddress address, String applicationName, Duration limit) {
        this.connection = new KeptConnection(address, applicationName, limit);
    }

    /** @throws MigrationException if the outbox's tables are not there, or are too old or too new for this code */
    public void requireFit() {
        connection.ask("looking for the tables of the outbox", open -> {
            OutboxSchema.migrations().requireVersion(open);
            return null;
        });
    }

    public String setting(String name) {
        return text("reading the setting " + name, "SELECT pg_catalog.current_setting(?::text)", name);
    }

    /** Tells this server apart from a copy of it that was initialised again. */
    public String systemIdentifier() {
        return text(
                "reading the system identifier", "SELECT system_identifier::text FROM pg_catalog.pg_control_system()");
    }

    public String databaseName() {
        return text("reading the database's name", "SELECT pg_catalog.current_database()");
    }

    /** How far the WAL is written. */
    public Lsn endOfWal() {
        return Lsn.parse(text("reading the end of the WAL", "SELECT pg_catalog.pg_current_wal_lsn()::text"));
    }

    /** Whether our publication sends the inserts, and only the inserts, of the outbox, with every column of ours. */
    public boolean publishesOutboxInserts() {
        var sql = """
                SELECT pg_catalog.count(*)
                FROM pg_catalog.pg_publication p JOIN pg_catalog.pg_publication_tables t USING (pubname)
                WHERE p.pubname = ? AND t.schemaname = 'afterimage' AND t.tablename = ?
                  AND p.pubinsert AND NOT p.pubupdate AND NOT p.pubdelete AND NOT p.pubtruncate
                  AND t.rowfilter IS NULL AND t.attnames @> ?::name[]""";
        return text("reading the publication", sql, OutboxSchema.PUBLICATION, OutboxSchema.TABLE, COLUMNS)
                .equals("1");
    }

    /** The tables that inherit from the outbox or are partitions of it, quoted; at most five. */
    public List<String> heirsOfOutbox() {
        var sql = """
                SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
                FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE i.inhparent = pg_catalog.to_regclass('afterimage.outbox')
                ORDER BY 1 LIMIT 5""";
        return connection.ask("looking for tables that inherit from the outbox", open -> {
            try (var statement = open.createStatement();
                    var rows = statement.executeQuery(sql)) {
                var heirs = new ArrayList<String>();
                while (rows.next()) {
                    heirs.add(rows.getString(1));
                }
                return heirs;
            }
        });
    }

    /** What the capture stands on, compared with what is recorded for a slot. */
    public Capture capture(String slot) {
        var sql = """
                SELECT now.outbox, now.publication, now.timeline, was.outbox, was.publication, was.timeline
                FROM afterimage.capture_state() AS now LEFT JOIN afterimage.capture AS was ON was.slot = ?""";
        return connection.ask("reading the state of the capture", open -> {
            try (var statement = prepared(open.prepareStatement(sql), slot);
                    var rows = statement.executeQuery()) {
                rows.next();
                var recorded = rows.getString(4) == null ? null : captureState(rows, 4);
                return new Capture(captureState(rows, 1), Optional.ofNullable(recorded));
            }
        });
    }

    private static CaptureState captureState(ResultSet row, int from) throws SQLException {
        return new CaptureState(row.getString(from), row.getString(from + 1), row.getString(from + 2));
    }

    /** Records that nothing is missing as long as the capture stands on this. */
    public void recordCapture(String slot, CaptureState state) {
        var sql = """
                INSERT INTO afterimage.capture AS was (slot, outbox, publication, timeline)
                VALUES (?, ?, ?, ?)
                ON CONFLICT (slot) DO UPDATE SET outbox = excluded.outbox, publication = excluded.publication,
                  timeline = excluded.timeline, recorded_at = pg_catalog.now()""";
        execute("recording the state of the capture", sql, slot, state.outbox(), state.publication(), state.timeline());
    }

    /** The generation of the log that the slot's last init or repair made; empty if this database knows of none. */
    public OptionalLong repairedAs(String slot) {
        var sql = "SELECT coalesce((SELECT repaired_as::text FROM afterimage.capture WHERE slot = ?), '')";
        var generation = text("reading the last repair of slot " + slot, sql, slot);
        return generation.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(generation));
    }

    public void recordRepair(String slot, long generation) {
        var sql = "UPDATE afterimage.capture SET repaired_as = ?::bigint WHERE slot = ?";
        execute("recording the repair of slot " + slot, sql, Long.toString(generation), slot);
    }

    public Optional<Slot> slot(String name) {
        var sql = """
                SELECT coalesce(s.plugin, 'none'), coalesce(s.database, 'none'), coalesce(s.active_pid, 0),
                  coalesce(a.application_name, ''), r.reply_time::text,
                  s.confirmed_flush_lsn::text, s.active, coalesce(s.wal_status, 'unreserved'),
                  pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.confirmed_flush_lsn)::bigint,
                  pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn)::bigint, s.safe_wal_size
                FROM pg_catalog.pg_replication_slots s
                  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = s.active_pid
                  LEFT JOIN pg_catalog.pg_stat_replication r ON r.pid = s.active_pid
                WHERE s.slot_name = ?""";
        return connection.ask("reading slot " + name, open -> {
            try (var statement = prepared(open.prepareStatement(sql), name);
                    var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(slot(rows)) : Optional.empty();
            }
        });
    }

    private static Slot slot(ResultSet row) throws SQLException {
        var safe = row.getObject(11, Long.class);
        var health = new SlotHealth(
                row.getBoolean(7),
                row.getString(8),
                row.getLong(9),
                row.getLong(10),
                safe == null ? OptionalLong.empty() : OptionalLong.of(safe));
        return new Slot(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getString(4),
                Optional.ofNullable(row.getString(5)),
                lsn(row),
                health);
    }

    private static Lsn lsn(ResultSet row) throws SQLException {
        var confirmed = row.getString(6);
        return confirmed == null ? new Lsn(0) : Lsn.parse(confirmed);
    }

    /** From PostgreSQL 17 on a slot survives a failover to a standby that synchronises slots. */
    public boolean knowsFailover() {
        return Integer.parseInt(setting("server_version_num")) >= 170_000;
    }

    public void dropSlot(String name) {
        execute("dropping slot " + name, "SELECT pg_catalog.pg_drop_replication_slot(?::name)::text", name);
    }

    /** Ends the server's half of a connection of ours that is dead on this side. */
    public void terminate(String slot, long pid) {
        var sql = """
                SELECT pg_catalog.pg_terminate_backend(active_pid) FROM pg_catalog.pg_replication_slots
                WHERE slot_name = ?::name AND active_pid = ?::integer""";
        execute("ending process %d of slot %s".formatted(pid, slot), sql, slot, Long.toString(pid));
    }

    /** Sends a message through the WAL that ends with the server's clock, in microseconds since 1970. */
    public void emit(String prefix, String token) {
        var sql = """
                SELECT pg_catalog.pg_logical_emit_message(false, ?::text, ?::text || ' ' ||
                  (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint)""";
        execute("sending a canary", sql, prefix, token);
    }

    /** What the outbox and its heads say of an event that the log has. */
    public EventTrace trace(RecordedEvent event) {
        var sql = """
                SELECT EXISTS (SELECT FROM afterimage.outbox WHERE event_id = ?::uuid),
                  coalesce((SELECT sequence FROM afterimage.outbox_head WHERE aggregate_type = ? AND aggregate_id = ?), 0),
                  EXISTS (SELECT FROM afterimage.outbox
                    WHERE aggregate_type = ? AND aggregate_id = ? AND sequence = ?::bigint AND event_id <> ?::uuid)""";
        var id = event.id().toString();
        var type = event.aggregate().type();
        var aggregate = event.aggregate().id();
        var sequence = Long.toString(event.sequence());
        return connection.ask("looking for event " + id, open -> {
            try (var statement =
                            prepared(open.prepareStatement(sql), id, type, aggregate, type, aggregate, sequence, id);
                    var rows = statement.executeQuery()) {
                rows.next();
                return new EventTrace(rows.getBoolean(1), rows.getLong(2), rows.getBoolean(3));
            }
        });
    }

    /** What the outbox has of an aggregate between two sequences, and how far it has counted. */
    public AggregateHistory history(AggregateRef aggregate, long first, long last) {
        var sql = """
                SELECT (SELECT pg_catalog.format('%s %s (%s %s #%s)', event_name, event_id, aggregate_type, aggregate_id, sequence)
                    FROM afterimage.outbox WHERE aggregate_type = ? AND aggregate_id = ?
                      AND sequence BETWEEN ?::bigint AND ?::bigint ORDER BY sequence LIMIT 1),
                  greatest(0,
                    (SELECT sequence FROM afterimage.outbox_head WHERE aggregate_type = ? AND aggregate_id = ?),
                    (SELECT pg_catalog.max(sequence) FROM afterimage.outbox WHERE aggregate_type = ? AND aggregate_id = ?))""";
        var type = aggregate.type();
        var id = aggregate.id();
        var from = Long.toString(first);
        var to = Long.toString(last);
        return connection.ask("looking for events of " + aggregate, open -> {
            try (var statement = prepared(open.prepareStatement(sql), type, id, from, to, type, id, type, id);
                    var rows = statement.executeQuery()) {
                rows.next();
                return new AggregateHistory(Optional.ofNullable(rows.getString(1)), rows.getLong(2));
            }
        });
    }

    /** Which of these events the outbox does not have, in their order. */
    public List<EventId> absent(List<EventId> events) {
        var sql = """
                SELECT wanted.id FROM pg_catalog.unnest(?) WITH ORDINALITY AS wanted (id, place)
                WHERE NOT EXISTS (SELECT FROM afterimage.outbox WHERE event_id = wanted.id) ORDER BY place""";
        return connection.ask("looking for %d events in the outbox".formatted(events.size()), open -> {
            try (var statement = open.prepareStatement(sql)) {
                var ids = events.stream().map(EventId::value).toArray();
                statement.setArray(1, open.createArrayOf("uuid", ids));
                try (var rows = statement.executeQuery()) {
                    var absent = new ArrayList<EventId>();
                    while (rows.next()) {
                        absent.add(new EventId(rows.getObject(1, UUID.class)));
                    }
                    return absent;
                }
            }
        });
    }

    /** The server's clock. */
    public Instant clock() {
        return connection.ask("reading the clock", open -> {
            try (var statement = open.createStatement();
                    var rows = statement.executeQuery("SELECT pg_catalog.clock_timestamp()")) {
                rows.next();
                return rows.getObject(1, OffsetDateTime.class).toInstant();
            }
        });
    }

    private void execute(String attempt, String sql, String... arguments) {
        connection.ask(attempt, open -> {
            try (var statement = prepared(open.prepareStatement(sql), arguments)) {
                return statement.execute();
            }
        });
    }

    private String text(String attempt, String sql, String... arguments) {
        return connection.ask(attempt, open -> {
            try (var statement = prepared(open.prepareStatement(sql), arguments);
                    var rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        });
    }

    private static PreparedStatement prepared(PreparedStatement statement, @Nullable String... arguments)
            throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            statement.setString(i + 1, arguments[i]);
        }
        return statement;
    }

    @Override
    public void close() {
        connection.close();
    }
}
