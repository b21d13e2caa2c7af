package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.relay.RelayRig.Counter;
import dev.afterimage.relay.RelayRig.CounterEvent.Counted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CaptureTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database).init();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_committed_event_reaches_the_log_with_everything_it_was_recorded_with() throws Exception {
        rig.streaming();

        rig.append("c-1", "täg \"quoted\"\\\n", 7);

        var logged = rig.logOf(1).getFirst();
        assertThat(logged.position().value()).isEqualTo(1);
        assertThat(logged.event().aggregate().toString()).isEqualTo("counter c-1");
        assertThat(logged.event().type().name()).isEqualTo("counted");
        assertThat(logged.event().payload()).isEqualTo("{\"tag\":\"täg \\\"quoted\\\"\\\\\\n\",\"number\":7}");
    }

    @Test
    void the_log_is_in_the_order_of_commits_not_of_ids() throws Exception {
        rig.streaming();
        try (var first = rig.transaction();
                var second = rig.transaction()) {
            rig.outbox.append(first, Counter.class, "a", new Counted("begun first", 1));
            rig.outbox.append(second, Counter.class, "b", new Counted("committed first", 1));
            second.commit();
            rig.outbox.append(first, Counter.class, "a", new Counted("begun first", 2));
            first.commit();
        }

        assertThat(rig.logOf(3))
                .extracting(logged -> logged.event().aggregate().id())
                .containsExactly("b", "a", "a");
    }
}
