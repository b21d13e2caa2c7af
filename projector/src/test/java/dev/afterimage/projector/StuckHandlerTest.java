package dev.afterimage.projector;

import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A handler that does not come back is seen. */
class StuckHandlerTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void the_status_and_the_database_say_in_which_handler_it_is_at_which_position_and_for_how_long() {
        var go = new CountDownLatch(1);
        var projector = rig.start(Tallies.projection(Deposited.class, event -> await(go)));
        rig.append(new Deposited("a1", "1"));

        var status = Waiting.until(
                () -> projector.status().stream()
                        .filter(each -> !each.message().isEmpty())
                        .findFirst(),
                () -> projector.status().toString());
        assertThat(status.state()).isEqualTo(RunState.RUNNING);
        assertThat(status.message()).matches("in handler of deposited .* at position 1 for \\d+ s");
        Waiting.until(
                () -> rig.readModels
                        .freshness(TALLY)
                        .problem()
                        .filter(text -> text.startsWith("in handler of deposited")),
                () -> rig.readModels.freshness(TALLY).toString());

        go.countDown();
        rig.drain(projector, "tallies");
        Waiting.until(
                () -> Optional.of(rig.readModels.freshness(TALLY).feeding().message())
                        .filter(String::isEmpty),
                () -> rig.readModels.freshness(TALLY).toString());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_transaction_that_says_nothing_for_long_does_not_hold_the_checkpoint_for_ever() {
        var timeout = new AtomicReference<String>();
        var projector = rig.start(Projection.of("tallies", 1)
                .statements(TALLY)
                .on(
                        Deposited.class,
                        (sql, event, logged) ->
                                timeout.set(sql.fetchValue("SHOW idle_in_transaction_session_timeout") + ""))
                .build());
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");

        assertThat(timeout).hasValue("15s");
    }
}
