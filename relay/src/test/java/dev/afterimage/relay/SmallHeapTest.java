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
 * than the heap. With {@code -Dafterimage.full=true} 600 events of 1 MiB at 512 MiB.
 */
class SmallHeapTest {

    private static final boolean FULL = Boolean.getBoolean("afterimage.full");
    private static final int EVENTS = FULL ? 600 : 120;
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
        rig.execute(LARGE.formatted(EVENTS));

        assertEndedWell(SmallHeap.Capture.class);
        assertTheLogHasAllInOrder();
    }

    @Test
    void an_outbox_larger_than_the_heap_is_repaired() throws Exception {
        rig.dropSlot();
        rig.execute(LARGE.formatted(EVENTS));

        assertThat(assertEndedWell(SmallHeap.Repairs.class)).contains("repaired " + EVENTS);
        assertTheLogHasAllInOrder();
    }

    private String assertEndedWell(Class<?> program) throws Exception {
        var ended = SmallHeap.run(program, HEAP_MEBIBYTES, database.jdbcUrl(), rig.slot, Integer.toString(EVENTS));
        assertThat(ended.status())
                .as(
                        "status (%d: the heap was too small) of a JVM that wrote: %s",
                        SmallHeap.OUT_OF_MEMORY, ended.output())
                .isZero();
        return ended.output();
    }

    private void assertTheLogHasAllInOrder() throws SQLException {
        assertThat(rig.query("SELECT count(*) FROM afterimage.event_log")).isEqualTo(Integer.toString(EVENTS));
        assertThat(rig.query("""
                SELECT count(*) FROM afterimage.event_log
                WHERE position = sequence AND octet_length(payload) > 1048500""")).isEqualTo(Integer.toString(EVENTS));
    }
}
