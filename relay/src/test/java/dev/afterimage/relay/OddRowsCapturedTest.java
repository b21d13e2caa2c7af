package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever the outbox's table accepts is captured, also what somebody inserts by hand. */
class OddRowsCapturedTest {

    private static final List<String> IDS = List.of(
            "repeat('🎉', 200)",
            "repeat('x', 200)",
            "U&'\\00a0'",
            "U&'\\200b'",
            "U&'\\feff'",
            "U&'\\0001'",
            "' x '",
            "E'a\\nb\\\\ \"''{}%s'");
    private static final List<String> METADATA = List.of(
            "NULL",
            "'{}'",
            "' { } '",
            "'{\"a\":null}'",
            "'{\"a\":null,\"b\":\"1\"}'",
            "'{\"\":\"\"}'",
            "'{\"a\":\"\\u0000\",\"\\u0000\":\"a\",\"\\u0001\":\"\\\\u0000\"}'",
            "'{\"\\ud83c\\udf89\":\"🎉\",\"\\\"\":\"\\\\\",\"\\\\\":\"\\\"\"}'");
    private static final List<String> TIMES = List.of(
            "0001-01-01 00:00:00+00",
            "0001-01-01 00:00:00.000001+00",
            "0001-12-31 23:59:59.999999+00",
            "1582-10-10 12:00:00+00",
            "1850-01-01 00:00:00.1+00",
            "9999-01-01 00:00:00+00",
            "9999-12-31 23:59:59+00",
            "9999-12-31 23:59:59.999999+00");

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database).init();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void every_odd_row_reaches_the_log_as_it_is() throws Exception {
        rig.streaming();
        int rows = 0;
        for (var id : IDS) {
            insert(rows++, id, "NULL", "now()");
        }
        for (var metadata : METADATA) {
            insert(rows++, "'m'", metadata, "now()");
        }
        for (var time : TIMES) {
            insert(rows++, "'t'", "NULL", "'" + time + "'");
        }

        rig.logOf(rows);
        assertThat(rig.column("""
                SELECT o.aggregate_id || ' ' || o.occurred_at FROM afterimage.outbox o LEFT JOIN afterimage.event_log l
                  USING (event_id, aggregate_type, aggregate_id, sequence, event_name, event_version, occurred_at)
                WHERE l.position IS NULL""")).isEmpty();
    }

    /** Each row belongs to an aggregate type of its own, so that each can have sequence 1. */
    private void insert(int number, String id, String metadata, String occurredAt) throws Exception {
        rig.execute("""
                INSERT INTO afterimage.outbox (event_id, aggregate_type, aggregate_id, sequence, event_name,
                  event_version, payload, metadata, occurred_at)
                VALUES (gen_random_uuid(), 'type-%d', %s, 1, 'happened', 1, '{}', %s, %s)""".formatted(number, id, metadata, occurredAt));
    }
}
