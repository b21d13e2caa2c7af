package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.FencedException;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.SourceMark;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StandbyTest {

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
    void a_second_relay_stands_by_and_takes_over_when_the_first_closes() throws Exception {
        var first = rig.streaming();
        rig.append("a", "a", 1);
        rig.logOf(1);
        var second = RelayRig.await(RelayState.STANDBY, rig.relay().start());
        assertThat(second.status().message())
                .contains("replication slot %s is held by pid ".formatted(rig.slot))
                .contains("another relay is running; this one takes over when it ends");

        first.close();
        rig.append("a", "a", 2);
        RelayRig.await(RelayState.STREAMING, second);
        rig.append("a", "a", 3);
        assertThat(rig.payloadsOf(3)).containsExactly("a 1", "a 2", "a 3");
    }

    @Test
    void a_relay_that_stands_by_does_not_disturb_the_one_that_streams() throws Exception {
        var first = rig.streaming();
        rig.append("a", "a", 1);
        rig.logOf(1);
        var epoch = rig.query("SELECT epoch FROM afterimage.log_source");
        RelayRig.await(RelayState.STANDBY, rig.relay().start());
        rig.append("a", "a", 2);

        assertThat(rig.payloadsOf(2)).containsExactly("a 1", "a 2");
        assertThat(first.status().state()).isEqualTo(RelayState.STREAMING);
        assertThat(rig.query("SELECT epoch FROM afterimage.log_source")).isEqualTo(epoch);
    }

    @Test
    void of_relays_that_start_at_once_one_streams_and_the_others_stand_by() throws Exception {
        var relays = List.of(rig.relay(), rig.relay(), rig.relay());
        relays.forEach(Relay::start);

        Eventually.assertThatSoon(
                "one streams and two stand by",
                () -> count(relays, RelayState.STREAMING) == 1 && count(relays, RelayState.STANDBY) == 2);
        rig.append("a", "a", 1);
        assertThat(rig.payloadsOf(1)).containsExactly("a 1");
        assertThat(count(relays, RelayState.STREAMING)).isEqualTo(1);
    }

    private static long count(List<Relay> relays, RelayState state) {
        return relays.stream().filter(relay -> relay.status().state() == state).count();
    }

    @Test
    void an_appender_from_before_the_takeover_is_fenced() throws Exception {
        var zombie = rig.log.sources().claim(rig.slot);
        rig.streaming();
        rig.append("a", "a", 1);
        var logged = rig.logOf(1);

        assertThatThrownBy(() ->
                        zombie.append(LogEntry.all(List.of(logged.getFirst().event())), SourceMark.of("zombie")))
                .isInstanceOf(FencedException.class);
        assertThat(rig.log.sources().bookmark(rig.slot)).isNotEqualTo("zombie");
    }

    /** As after a long pause of its virtual machine: it holds a delivery that another relay has appended since. */
    @Test
    void a_zombie_that_wakes_with_a_delivery_in_its_hands_appends_nothing() throws Exception {
        var holds = new CountDownLatch(1);
        var wakes = new CountDownLatch(1);
        var zombie = rig.streaming(DisturbedSources.atDelivery(1, rig.debezium(), (changes, relay) -> {
            holds.countDown();
            awaitUninterruptibly(wakes);
            relay.receive(changes);
        }));
        rig.append("a", "a", 1);
        assertThat(holds.await(2, TimeUnit.MINUTES)).isTrue();
        rig.terminateWalSender();
        var successor = rig.streaming();
        rig.logOf(1);
        wakes.countDown();
        RelayRig.await(RelayState.STANDBY, zombie);
        rig.append("a", "a", 2);

        assertThat(rig.payloadsOf(2)).containsExactly("a 1", "a 2");
        assertThat(successor.status().state()).isEqualTo(RelayState.STREAMING);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            if (!latch.await(Duration.ofMinutes(2).toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nobody woke the zombie");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
