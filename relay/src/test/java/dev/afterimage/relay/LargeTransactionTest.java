package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.relay.RelayRig.Counter;
import dev.afterimage.relay.RelayRig.CounterEvent.Counted;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LargeTransactionTest {

    private static final int EVENTS = 20_000;
    private static final int APPEND = 500;

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
    void a_transaction_of_20000_events_arrives_complete_and_in_order() throws Exception {
        rig.streaming();
        try (var large = rig.transaction()) {
            for (int from = 0; from < EVENTS; from += APPEND) {
                rig.outbox.append(
                        large,
                        Counter.class,
                        "a" + from % 3,
                        IntStream.range(from, from + APPEND)
                                .mapToObj(n -> new Counted("large", n))
                                .toArray());
                if (from == EVENTS / 2) {
                    rig.append("other", "small", 1);
                }
            }
            large.commit();
        }
        rig.append("other", "small", 2);

        var payloads = rig.payloadsOf(EVENTS + 2);
        assertThat(payloads).hasSize(EVENTS + 2).first().isEqualTo("small 1");
        assertThat(payloads).last().isEqualTo("small 2");
        assertThat(payloads.subList(1, EVENTS + 1))
                .isEqualTo(
                        IntStream.range(0, EVENTS).mapToObj(n -> "large " + n).toList());
    }

    @Test
    void an_event_at_the_limit_of_its_size_arrives() throws Exception {
        rig.streaming();
        var text = "ü".repeat(500_000);
        rig.append("a", text, 1);

        assertThat(rig.payloadsOf(1)).containsExactly(text + " 1");
    }
}
