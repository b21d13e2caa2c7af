package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever may connect may send messages through the WAL, also under the prefix of our canaries. */
class ForeignMessagesTest {

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "''",
                "'hello world'",
                "'1 4102444800000000'",
                "'verify 4102444800000000'",
                "'x 9223372036854775807'",
                "'x 99999999999999999999'",
                "'x -1 '",
                "'\\xff00fe20'::bytea"
            })
    void a_message_of_somebody_elses_neither_stops_the_relay_nor_says_what_is_complete(String content)
            throws Exception {
        var relay = rig.streaming();
        for (var transactional : new boolean[] {false, true}) {
            rig.execute("SELECT pg_logical_emit_message(%s, '%s', %s)"
                    .formatted(transactional, SlotWatch.canaryPrefix(rig.slot), content));
        }
        rig.append("a", "after", 1);
        rig.logOf(1);
        var sent = database();
        Eventually.assertThatSoon(
                "a canary of ours has passed since",
                () -> completeUpTo().filter(sent::isBefore).isPresent());

        assertThat(completeUpTo()).get().satisfies(time -> assertThat(time).isBefore(database()));
        assertThat(relay.status().state()).isEqualTo(RelayState.STREAMING);
        assertThat(rig.setup().verify(RelayRig.SOON).isComplete()).isTrue();
    }

    private Instant database() throws Exception {
        return Instant.ofEpochMilli(
                Long.parseLong(rig.query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")));
    }

    private Optional<Instant> completeUpTo() {
        return rig.log.whole().sources().getFirst().completeUpTo();
    }
}
