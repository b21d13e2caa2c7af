package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.RelayState;
import dev.afterimage.domain.SourceProgress;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever can read the log's database can read how its relay is, and how complete the log is. */
class ReportedStatusTest {

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

    private SourceProgress recorded() {
        return rig.log.whole().sources().stream()
                .filter(source -> source.source().equals(rig.slot))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_streaming_relay_is_recorded_and_lives_on_beside_one_that_stands_by() throws Exception {
        rig.streaming();
        Eventually.assertThatSoon("recorded", () -> recorded().state() == RelayState.STREAMING);
        var second = RelayRig.await(RelayState.STANDBY, rig.relay().start());
        var seen = recorded().seenAt();
        Eventually.assertThatSoon("seen again", () -> recorded().seenAt().isAfter(seen));

        assertThat(recorded().state()).isEqualTo(RelayState.STREAMING);
        assertThat(second.status().state()).isEqualTo(RelayState.STANDBY);
    }

    @Test
    void a_refused_relay_is_recorded_with_what_to_do_and_a_closed_one_as_closed() throws Exception {
        rig.dropSlot();
        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        Eventually.assertThatSoon("recorded", () -> recorded().state() == RelayState.REFUSED);
        assertThat(recorded().message()).contains("run ./afterimage repair");
        relay.close();

        Eventually.assertThatSoon("closed", () -> recorded().state() == RelayState.CLOSED);
    }

    @Test
    void every_event_is_logged_with_its_source_its_transaction_and_the_time_of_its_commit() throws Exception {
        rig.streaming();
        var before = Instant.now().minusSeconds(1);
        rig.append("a", "a", 1);
        var logged = rig.logOf(1).getFirst();
        var commit = logged.commit().orElseThrow();

        assertThat(commit.source()).isEqualTo(rig.slot);
        var committedAt = Objects.requireNonNull(commit.at());
        assertThat(committedAt).isBetween(before, Instant.now().plusSeconds(1));
        assertThat(commit.transactionId()).hasToString(rig.query("SELECT transaction_id FROM afterimage.outbox"));
        Eventually.assertThatSoon(
                "a canary of after the commit has passed",
                () -> recorded().completeUpTo().filter(committedAt::isBefore).isPresent());
    }

    @Test
    void a_relay_that_stands_by_says_so_all_the_time_and_keeps_one_connection() throws Exception {
        rig.streaming();
        var second = RelayRig.await(RelayState.STANDBY, rig.relay().start());
        var pid = "SELECT pid FROM pg_stat_activity WHERE application_name = 'afterimage-relay' ORDER BY pid";
        var connections = rig.column(pid);
        long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (System.nanoTime() < until) {
            assertThat(second.status().state()).isEqualTo(RelayState.STANDBY);
            Thread.onSpinWait();
        }

        assertThat(connections).as("one that ended late may be among them").containsAll(rig.column(pid));
    }
}
