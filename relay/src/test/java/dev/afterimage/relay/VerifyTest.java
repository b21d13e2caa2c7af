package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The comparison of outbox and log calls loss what is lost, and nothing else. */
class VerifyTest {

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
    void a_complete_log_is_sound_also_while_writers_and_relay_run() throws Exception {
        try (var load = Load.start(rig, 100_000)) {
            rig.streaming();
            rig.logOf(100);
            var report = rig.setup().verify(RelayRig.SOON);
            load.stop();

            assertThat(report.isComplete()).isTrue();
            assertThat(report.compared()).isGreaterThanOrEqualTo(100);
            assertThat(report.isSound()).as(report.toString()).isTrue();
            assertThat(report.lines()).last().asString().contains("payloads were not compared");
        }
    }

    @Test
    void what_is_missing_from_the_log_out_of_order_or_only_there_is_said_with_examples() throws Exception {
        var relay = rig.streaming();
        for (int i = 1; i <= 4; i++) {
            rig.append("a", "a", i);
        }
        rig.append("b", "b", 1);
        rig.logOf(5);
        rig.execute("UPDATE afterimage.event_log SET event_id = gen_random_uuid() WHERE position = 2");
        rig.execute("UPDATE afterimage.event_log SET sequence = 3 WHERE position = 4");
        var report = rig.setup().verify(RelayRig.SOON);
        relay.close();

        assertThat(report.isComplete()).isTrue();
        assertThat(report.compared()).isEqualTo(5);
        assertThat(report.missing().events()).isEqualTo(1);
        assertThat(report.missing().examples()).singleElement().asString().contains("counted", "(counter a #2)");
        assertThat(report.phantoms().events()).isEqualTo(1);
        assertThat(report.outOfSequence().events()).isEqualTo(1);
        assertThat(report.lines()).anySatisfy(line -> assertThat(line).contains("run ./afterimage repair"));
    }

    @Test
    void lag_is_not_called_loss_while_no_relay_runs() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "a", 1);
        rig.logOf(1);
        Eventually.assertThatSoon(
                "a canary passed",
                () -> rig.log.whole().sources().getFirst().completeUpTo().isPresent());
        relay.close();
        rig.append("a", "later", 2);
        var report = rig.setup().verify(Duration.ofMillis(100));

        assertThat(report.isComplete()).isFalse();
        assertThat(report.isSound()).isTrue();
        assertThat(report.undecided()).isEqualTo(1);
        assertThat(report.lines()).anySatisfy(line -> assertThat(line).contains("lag cannot be told from loss"));
    }
}
