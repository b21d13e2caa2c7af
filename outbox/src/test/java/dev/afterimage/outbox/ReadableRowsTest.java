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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What cannot be read cannot be inserted, and what can be read can be inserted. */
class ReadableRowsTest {

    private static final int ROWS = Boolean.getBoolean("afterimage.full") ? 200_000 : 6_000;

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
        var rows = insertUnchecked(new OddRows(seed));
        var readable = readable();
        var accepted = accepted();

        assertThat(accepted).hasSizeBetween(ROWS / 5, ROWS * 4 / 5);
        rows.forEach((id, row) -> assertThat(accepted.contains(id))
                .as("accepted, seed %d, %s", seed, row)
                .isEqualTo(readable.contains(id)));
    }

    private static Map<UUID, OddRow> insertUnchecked(OddRows random) throws SQLException {
        var rows = new LinkedHashMap<UUID, OddRow>();
        var sql = """
                INSERT INTO unchecked (event_id, aggregate_type, aggregate_id, sequence, event_name, event_version,
                  metadata, occurred_at, payload, transaction_id)
                VALUES (?, ?, ?, ?, ?, ?, ?::json, ?::text::timestamptz, '{}', pg_current_xact_id())""";
        try (var connection = database.connect();
                var insert = connection.prepareStatement(sql)) {
            for (int i = 0; i < ROWS; i++) {
                var id = UUID.randomUUID();
                rows.put(id, random.next());
                bind(insert, id, rows.get(id));
            }
            insert.executeBatch();
        }
        return rows;
    }

    private static void bind(PreparedStatement insert, UUID id, OddRow row) throws SQLException {
        insert.setObject(1, id);
        insert.setString(2, row.type());
        insert.setString(3, row.id());
        insert.setLong(4, row.sequence());
        insert.setString(5, row.name());
        insert.setInt(6, row.version());
        insert.setString(7, row.metadata());
        insert.setString(8, row.occurredAt());
        insert.addBatch();
    }

    /** Copies row by row; any failure but a violated CHECK fails the test. */
    private Set<UUID> accepted() throws SQLException {
        rig.execute("""
                DO $$
                DECLARE odd unchecked;
                BEGIN
                  FOR odd IN SELECT * FROM unchecked LOOP
                    BEGIN
                      INSERT INTO afterimage.outbox SELECT odd.*;
                    EXCEPTION WHEN check_violation THEN
                    END;
                  END LOOP;
                END $$""");
        return rig.column("SELECT event_id FROM afterimage.outbox").stream()
                .map(UUID::fromString)
                .collect(Collectors.toSet());
    }

    private static Set<UUID> readable() throws SQLException {
        var ids = new HashSet<UUID>();
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT * FROM unchecked")) {
            while (row.next()) {
                if (isReadable(row)) {
                    ids.add(row.getObject("event_id", UUID.class));
                }
            }
        }
        return ids;
    }

    /** Reads as the relay does. */
    private static boolean isReadable(ResultSet row) throws SQLException {
        try {
            return read(row).sequence() > 0;
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
                          SELECT chr(code) AS aggregate_id, code FROM generate_series(1, x'1ffff'::int) AS code
                          WHERE code NOT BETWEEN x'd800'::int AND x'dfff'::int
                        ) one_character WHERE NOT (%s) ORDER BY code""".formatted(rule)))
                .isEqualTo(IntStream.rangeClosed(1, 0x1ffff)
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
