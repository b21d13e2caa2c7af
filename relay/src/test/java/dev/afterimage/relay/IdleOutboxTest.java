package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The canary: an outbox without events must not keep WAL that other tables write. */
class IdleOutboxTest {

    private static final int MIB = 1 << 20;

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
    void an_idle_outbox_releases_the_wal_that_another_table_writes_within_seconds() throws Exception {
        var relay = rig.streaming();
        var before = rig.query("SELECT pg_current_wal_lsn()");
        rig.execute("CREATE TABLE busy AS SELECT md5(n::text) FROM generate_series(1, 80000) n");
        var after = rig.query("SELECT pg_current_wal_lsn()");
        assertThat(Lsn.parse(after).value() - Lsn.parse(before).value()).isGreaterThan(4 * MIB);

        long from = System.nanoTime();
        Eventually.assertThatSoon(
                "the slot is confirmed past what the other table wrote",
                () -> Lsn.parse(rig.slot("confirmed_flush_lsn").getFirst()).compareTo(Lsn.parse(after)) >= 0);
        Eventually.assertThatSoon(
                "the status shows less than 1 MiB", () -> relay.status().slot().lagBytes() < MIB);
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofMinutes(1));
    }
}
