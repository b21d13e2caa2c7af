package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** LossIsLoud, when the slot goes under the relay's hands. */
class LostSlotTest {

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
    void a_slot_dropped_while_it_is_streamed_is_refused_soon_and_not_made_again() throws Exception {
        var relay = rig.patient();
        rig.append("a", "before", 1);
        rig.logOf(1);
        terminateAndDrop();
        rig.append("a", "missed", 2);

        RelayRig.await(RelayState.REFUSED, relay);
        assertThat(relay.status().refusal()).contains(Refusal.SLOT_MISSING);
        assertThat(rig.slot("slot_name")).isEmpty();
        assertThat(rig.payloadsOf(1)).containsExactly("before 1");
    }

    /** Whether the relay looks before or after the drop: what comes after the gap is not appended. */
    @Test
    void a_slot_dropped_while_the_relay_reconnects_is_refused_and_repaired() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        terminateAndDrop();
        rig.append("a", "missed", 2);

        RelayRig.await(RelayState.REFUSED, relay);
        assertThat(relay.status().refusal()).get().isIn(Refusal.SLOT_MISSING, Refusal.SLOT_AHEAD_OF_LOG);
        assertThat(rig.setup().repair()).isEqualTo(1);
        RelayRig.await(RelayState.STREAMING, relay);
        rig.append("a", "after", 3);
        assertThat(rig.payloadsOf(3)).containsExactly("before 1", "missed 2", "after 3");
    }

    private void terminateAndDrop() throws Exception {
        rig.terminateWalSender();
        rig.dropSlot();
    }

    /** Debezium makes a missing slot by itself, at the end of the WAL; the next look of the watch is a minute away. */
    @Test
    void a_slot_dropped_between_the_check_and_the_connection_is_not_passed_over() throws Exception {
        var sources = DisturbedSources.beforeFirstConnection(rig.debezium(), this::missOneAndDropSlot);
        var relay = rig.relay(sources, rig.settings.withCanaryInterval(Duration.ofMinutes(1)))
                .start();
        Eventually.assertThatSoon(
                "Debezium made the slot again", () -> rig.slot("active").equals(List.of("t")));
        rig.append("a", "after", 2);

        RelayRig.await(RelayState.REFUSED, relay);
        assertThat(relay.status().refusal()).contains(Refusal.SLOT_AHEAD_OF_LOG);
        assertThat(rig.log.whole().head().value()).isZero();
    }

    private void missOneAndDropSlot() {
        try {
            Eventually.assertThatSoon(
                    "the slot was looked at",
                    () -> !rig.lastRelay().status().slot().equals(SlotHealth.UNKNOWN));
            rig.append("a", "missed", 1);
            rig.dropSlot();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_slot_whose_wal_the_server_removed_is_refused_and_repair_brings_what_it_missed() throws Exception {
        rig.append("a", "missed", 1);
        removeWalOfSlot();

        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        assertThat(relay.status().refusal()).contains(Refusal.SLOT_LOST);
        assertThat(relay.status().message())
                .contains(
                        "has lost WAL it needs (max_slot_wal_keep_size or idle_replication_slot_timeout was too small",
                        "run ./afterimage repair");
        assertThat(rig.setup().repair()).isEqualTo(1);
        RelayRig.await(RelayState.STREAMING, relay);
        rig.append("a", "streamed", 2);
        assertThat(rig.payloadsOf(2)).containsExactly("missed 1", "streamed 2");
    }

    /** Debezium would look for the lost WAL for half an hour. */
    @Test
    void a_slot_that_loses_its_wal_while_the_log_is_stuck_is_refused_and_not_waited_for() throws Exception {
        var stuck = new CountDownLatch(1);
        var relay = rig.streaming(DisturbedSources.atDelivery(1, rig.debezium(), (changes, receiver) -> {
            awaitUninterruptibly(stuck);
            receiver.receive(changes);
        }));
        rig.append("a", "appended", 1);
        rig.append("a", "missed", 2);
        removeWalOfSlot();
        rig.append("a", "missed", 3);
        stuck.countDown();
        long from = System.nanoTime();

        RelayRig.await(RelayState.REFUSED, relay);
        assertThat(relay.status().refusal()).contains(Refusal.SLOT_LOST);
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofMinutes(2));
        rig.setup().repair();
        assertThat(rig.payloadsOf(3)).containsExactly("appended 1", "missed 2", "missed 3");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeWalOfSlot() throws Exception {
        rig.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
        rig.execute("SELECT pg_reload_conf()");
        try {
            Eventually.assertThatSoon("the slot is lost", () -> {
                rig.execute("SELECT pg_logical_emit_message(false, 'test', 'x'), pg_switch_wal()");
                rig.execute("CHECKPOINT");
                return rig.slot("wal_status").equals(List.of("lost"));
            });
        } finally {
            rig.execute("ALTER SYSTEM RESET max_slot_wal_keep_size");
            rig.execute("SELECT pg_reload_conf()");
        }
    }
}
