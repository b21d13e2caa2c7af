package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Closing takes as long as it says and loses nothing. */
class RelayCloseTest {

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
    void a_relay_that_was_never_started_is_closed_without_a_failure() {
        var relay = rig.relay();
        relay.close();

        assertThat(relay.status().state()).isEqualTo(RelayState.CLOSED);
    }

    @Test
    void closing_waits_no_longer_than_it_says_while_somebody_locks_the_log() throws Exception {
        var relay = rig.streaming();
        try (var locking = rig.transaction();
                var statement = locking.createStatement()) {
            statement.execute("SELECT FROM afterimage.log_head FOR UPDATE");
            rig.append("a", "held up", 1);
            Eventually.assertThatSoon(
                    "the append waits for the lock",
                    () -> !rig.column("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                            .isEmpty());
            long from = System.nanoTime();
            relay.close(Duration.ofSeconds(1));
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(30));
        }
        rig.append("a", "after", 2);
        rig.streaming();

        assertThat(rig.payloadsOf(2)).containsExactly("held up 1", "after 2");
    }
}
