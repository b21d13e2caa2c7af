package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the relay and a repair need in memory does not grow with a transaction or with the outbox: both hold more here
 * than the heap. With {@code -Dafterimage.full=true} the heap has 512 MiB; a transaction has 600 events of 1 MiB or a
 * million small ones, and an outbox of 5 GiB is repaired.
 */
class SmallHeapTest {

    private static final boolean FULL = Boolean.getBoolean("afterimage.full");
    private static final int LARGE_EVENTS = FULL ? 600 : 120;
    private static final int REPAIRED_EVENTS = FULL ? 5_000 : 120;
    private static final int SMALL_EVENTS = FULL ? 1_000_000 : 40_000;
    private static final int HEAP_MEBIBYTES = FULL ? 512 : 128;

    /** One character that is not Latin, so that the heap holds every character in two bytes. */
    private static final String LARGE = """
            INSERT INTO afterimage.outbox (event_id, aggregate_type, aggregate_id, sequence, event_name, event_version,
              payload, occurred_at)
            SELECT gen_random_uuid(), 'counter', 'large', n, 'counted', 1,
              format('{"tag":"€%%s","number":%%s}', repeat('x', 1048500), n)::json, now()
            FROM generate_series(1, %d) n""";

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
    void a_transaction_larger_than_the_heap_is_captured() throws Exception {
        rig.execute(LARGE.formatted(LARGE_EVENTS));

        assertEndedWell(SmallHeap.Capture.class, LARGE_EVENTS);
        assertTheLogHasAllInOrder(LARGE_EVENTS);
    }

    @Test
    void a_transaction_of_very_many_events_is_captured() throws Exception {
        // Ten events of each aggregate, far from each other.
        rig.execute("""
            INSERT INTO afterimage.outbox (event_id, aggregate_type, aggregate_id, sequence, event_name, event_version,
              payload, occurred_at)
            SELECT gen_random_uuid(), 'counter', 'small ' || n %% (%1$d / 10), 1 + n / (%1$d / 10), 'counted', 1,
              format('{"tag":"small","number":%%s}', n)::json, now()
            FROM generate_series(0, %1$d - 1) n""".formatted(SMALL_EVENTS));

        assertEndedWell(SmallHeap.Capture.class, SMALL_EVENTS);
        assertThat(rig.query("""
                SELECT count(*) FROM afterimage.event_log
                WHERE payload::json ->> 'number' = (position - 1)::text""")).isEqualTo(Integer.toString(SMALL_EVENTS));
    }

    @Test
    void an_outbox_larger_than_the_heap_is_repaired() throws Exception {
        rig.dropSlot();
        rig.execute(LARGE.formatted(REPAIRED_EVENTS));

        assertThat(assertEndedWell(SmallHeap.Repairs.class, REPAIRED_EVENTS)).contains("repaired " + REPAIRED_EVENTS);
        assertTheLogHasAllInOrder(REPAIRED_EVENTS);
    }

    private String assertEndedWell(Class<?> program, int events) throws Exception {
        var ended = SmallHeap.run(program, HEAP_MEBIBYTES, database.jdbcUrl(), rig.slot, Integer.toString(events));
        assertThat(ended.status())
                .as(
                        "status (%d: the heap was too small) of a JVM that wrote: %s",
                        SmallHeap.OUT_OF_MEMORY, ended.output())
                .isZero();
        return ended.output();
    }

    private void assertTheLogHasAllInOrder(int events) throws SQLException {
        assertThat(rig.query("SELECT count(*) FROM afterimage.event_log")).isEqualTo(Integer.toString(events));
        assertThat(rig.query("""
                SELECT count(*) FROM afterimage.event_log
                WHERE position = sequence AND octet_length(payload) > 1048500""")).isEqualTo(Integer.toString(events));
    }
}
