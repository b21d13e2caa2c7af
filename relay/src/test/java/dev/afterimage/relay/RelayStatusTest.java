package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RelayStatusTest {

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
    void a_streaming_relay_tells_its_lag_its_position_and_the_health_of_its_slot() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "a", 1);
        rig.append("a", "a", 2);
        rig.logOf(2);

        Eventually.assertThatSoon(
                "two events and a canary",
                () -> relay.status().events() == 2
                        && !relay.status().lag().isZero()
                        && relay.status().slot().active());
        var status = relay.status();
        assertThat(status.message()).isEmpty();
        assertThat(status.refusal()).isEmpty();
        assertThat(status.lastPosition()).isEqualTo(new Position(2));
        assertThat(status.lag()).isBetween(Duration.ofNanos(1), Duration.ofMinutes(1));
        assertThat(status.slot().walStatus()).isEqualTo("reserved");
        assertThat(status.slot().isLost()).isFalse();
        assertThat(status.slot().lagBytes()).isBetween(0L, 1L << 20);
        assertThat(status.slot().retainedBytes()).isBetween(0L, 64L << 20);
        assertThat(status.slot().safeBytes()).isEmpty();
    }

    @Test
    void streaming_means_that_the_slot_is_held() throws Exception {
        for (int i = 0; i < 5; i++) {
            var relay = rig.streaming();
            assertThat(rig.slot("active")).containsExactly("t");
            relay.close();
        }
    }

    @Test
    void the_lag_grows_while_nothing_arrives() throws Exception {
        var paused = new CountDownLatch(1);
        var relay = rig.streaming(DisturbedSources.atDelivery(1, rig.debezium(), (changes, receiver) -> {
            try {
                paused.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            receiver.receive(changes);
        }));
        try {
            rig.append("a", "a", 1);
            Eventually.assertThatSoon(
                    "a lag of more than a second", () -> relay.status().lag().toMillis() > 1_000);
        } finally {
            paused.countDown();
        }
        rig.logOf(1);
        Eventually.assertThatSoon("less again", () -> relay.status().lag().toMillis() < 1_000);
    }

    @Test
    void a_relay_is_new_before_it_starts_and_closed_after_it_ended() throws Exception {
        var relay = rig.relay();
        assertThat(relay.status().state()).isEqualTo(RelayState.NEW);
        RelayRig.await(RelayState.STREAMING, relay.start());
        relay.close();

        assertThat(relay.status().state()).isEqualTo(RelayState.CLOSED);
        assertThat(relay.status().slot()).isEqualTo(SlotHealth.UNKNOWN);
        relay.close();
    }
}
