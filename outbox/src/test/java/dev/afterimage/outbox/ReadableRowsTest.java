package dev.afterimage.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.domain.jackson.MetadataJson;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.outbox.OddRows.OddRow;
import dev.afterimage.outbox.OutboxRig.Order;
import dev.afterimage.outbox.OutboxRig.OrderEvent.Placed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What cannot be read cannot be inserted, and what can be read can be inserted. */
class ReadableRowsTest {

    private static final int ROWS = Boolean.getBoolean("afterimage.full") ? 200_000 : 4_000;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private OutboxRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new OutboxRig(database);
        rig.execute("DROP TABLE IF EXISTS unchecked; CREATE TABLE unchecked (LIKE afterimage.outbox)");
    }

    @Test
    void a_row_is_accepted_exactly_if_it_can_be_read() throws Exception {
        long seed = Long.getLong("afterimage.seed", System.nanoTime());
        var rows = new OddRows(seed);
        int accepted = 0;
        try (var connection = database.connect();
                var checked = connection.prepareStatement(insert("afterimage.outbox"));
                var unchecked = connection.prepareStatement(insert("unchecked"))) {
            for (int i = 0; i < ROWS; i++) {
                var row = rows.next();
                var id = UUID.randomUUID();
                run(unchecked, id, row);
                boolean readable = isReadable(connection, id);
                accepted += readable ? 1 : 0;
                assertThat(isAccepted(checked, id, row))
                        .as("accepted, seed %d, %s", seed, row)
                        .isEqualTo(readable);
            }
        }
        assertThat(accepted).isBetween(ROWS / 5, ROWS * 4 / 5);
    }

    private static String insert(String table) {
        return """
                INSERT INTO %s (event_id, aggregate_type, aggregate_id, sequence, event_name, event_version, metadata,
                  occurred_at, payload, transaction_id)
                VALUES (?, ?, ?, ?, ?, ?, ?::json, ?::text::timestamptz, '{}', pg_current_xact_id())""".formatted(table);
    }

    private static void run(PreparedStatement insert, UUID id, OddRow row) throws SQLException {
        insert.setObject(1, id);
        insert.setString(2, row.type());
        insert.setString(3, row.id());
        insert.setLong(4, row.sequence());
        insert.setString(5, row.name());
        insert.setInt(6, row.version());
        insert.setString(7, row.metadata());
        insert.setString(8, row.occurredAt());
        insert.executeUpdate();
    }

    private static boolean isAccepted(PreparedStatement insert, UUID id, OddRow row) throws SQLException {
        try {
            run(insert, id, row);
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo("23514");
            return false;
        }
    }

    /** Reads as the relay does. */
    private static boolean isReadable(Connection connection, UUID id) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT * FROM unchecked WHERE event_id = ?")) {
            statement.setObject(1, id);
            try (var row = statement.executeQuery()) {
                row.next();
                return read(row).id().value().equals(id);
            }
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static RecordedEvent read(ResultSet row) throws SQLException {
        return new RecordedEvent(
                new EventId(row.getObject("event_id", UUID.class)),
                new AggregateRef(row.getString("aggregate_type"), row.getString("aggregate_id")),
                row.getLong("sequence"),
                new EventType(row.getString("event_name"), row.getInt("event_version")),
                row.getString("payload"),
                MetadataJson.read(row.getString("metadata")),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant());
    }

    @Test
    void blank_means_the_same_in_sql_and_in_java_for_every_character() throws Exception {
        var rule = rig.value("""
                SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'aggregate_id_not_blank'""");

        assertThat(rig.column("""
                        SELECT code FROM (
                          SELECT chr(code) AS aggregate_id, code FROM generate_series(1, x'10ffff'::int) AS code
                          WHERE code NOT BETWEEN x'd800'::int AND x'dfff'::int
                        ) one_character WHERE NOT (%s) ORDER BY code""".formatted(rule)))
                .isEqualTo(IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
                        .filter(Character::isWhitespace)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    /** A dependency on what is built in is not recorded. */
    @Test
    void the_rules_use_only_what_is_built_in_so_no_search_path_or_privilege_changes_them() throws Exception {
        assertThat(rig.column("""
                SELECT p.oid::regprocedure FROM pg_depend d JOIN pg_proc p ON p.oid = d.refobjid
                WHERE d.classid = 'pg_constraint'::regclass AND d.refclassid = 'pg_proc'::regclass
                  AND d.objid IN (SELECT oid FROM pg_constraint WHERE conrelid = 'afterimage.outbox'::regclass)
                """)).isEmpty();
    }

    @Test
    void all_rules_are_validated_when_the_outbox_had_no_bad_row() throws Exception {
        assertThat(rig.column("SELECT conname FROM pg_constraint WHERE NOT convalidated"))
                .isEmpty();
    }

    @Test
    void the_api_records_what_by_hand_would_be_accepted() throws Exception {
        var odd = List.of("🎉".repeat(200), "\u00a0", " x ", "\u200b");
        for (var id : odd) {
            rig.committed(tx -> rig.outbox.append(tx, Order.class, id, new Placed("ann")));
        }

        assertThat(rig.column("SELECT aggregate_id FROM afterimage.outbox")).containsExactlyInAnyOrderElementsOf(odd);
    }
}
