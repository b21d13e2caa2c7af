package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** LossIsLoud, when the log is restored back in time while a relay streams. */
class RestoredLogTest {

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

    private void awaitConfirmed(String lsn) throws Exception {
        Eventually.assertThatSoon(
                "the slot is confirmed",
                () -> rig.slot("confirmed_flush_lsn > '%s'".formatted(lsn)).contains("t"));
    }

    @Test
    void a_running_relay_refuses_and_a_repair_brings_what_the_log_lost() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "kept", 1);
        rig.logOf(1);
        var copy = LogCopy.of(rig);
        rig.append("a", "lost", 2);
        rig.append("b", "lost", 1);
        var written = rig.query("SELECT pg_current_wal_lsn()");
        rig.logOf(3);
        awaitConfirmed(written);

        copy.restore();
        rig.append("c", "after", 1);
        RelayRig.await(RelayState.REFUSED, relay);
        assertThat(relay.status().refusal()).contains(Refusal.SLOT_AHEAD_OF_LOG);
        assertThat(rig.payloadsOf(1)).containsExactly("kept 1");

        rig.setup().repair();
        RelayRig.await(RelayState.STREAMING, relay);
        rig.append("c", "after", 2);
        assertThat(rig.payloadsOf(5)).containsExactly("kept 1", "lost 2", "lost 1", "after 1", "after 2");
    }
}
