package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** NoCommittedEventLost over interruptions while transactions are open: dbz#76. */
class RestartTest {

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
    void a_transaction_open_while_the_relay_is_restarted_is_neither_lost_nor_repeated() throws Exception {
        var relay = rig.streaming();
        try (var open = rig.transaction()) {
            append(open, 1, 6);
            rig.append("b", "b", 1);
            rig.logOf(1);
            relay.close();
            append(open, 7, 10);
            open.commit();
        }
        rig.streaming();
        rig.logOf(11);
        rig.append("b", "b", 2);

        assertThat(rig.payloadsOf(12))
                .containsExactly("b 1", "a 1", "a 2", "a 3", "a 4", "a 5", "a 6", "a 7", "a 8", "a 9", "a 10", "b 2");
    }

    @Test
    void a_transaction_open_while_the_walsender_is_terminated_is_neither_lost_nor_repeated() throws Exception {
        rig.streaming();
        try (var open = rig.transaction()) {
            append(open, 1, 6);
            rig.append("b", "b", 1);
            rig.logOf(1);
            rig.terminateWalSender();
            append(open, 7, 10);
            open.commit();
        }
        rig.logOf(11);
        rig.append("b", "b", 2);

        assertThat(rig.payloadsOf(12))
                .containsExactly("b 1", "a 1", "a 2", "a 3", "a 4", "a 5", "a 6", "a 7", "a 8", "a 9", "a 10", "b 2");
    }

    @Test
    void a_relay_whose_connection_was_cut_says_why_it_waits() throws Exception {
        var relay = rig.patient();
        rig.terminateWalSender();

        RelayRig.await(RelayState.BACKING_OFF, relay);
        assertThat(relay.status().message())
                .contains("slot %s: the stream ended: ".formatted(rig.slot))
                .containsPattern("[Cc]onnection.*; trying again in 1000 ms");
    }

    @Test
    void what_was_committed_while_no_relay_ran_is_appended_when_one_runs() throws Exception {
        rig.append("a", "a", 1);
        rig.streaming().close();
        rig.append("a", "a", 2);
        rig.append("a", "a", 3);
        rig.streaming();

        assertThat(rig.payloadsOf(3)).containsExactly("a 1", "a 2", "a 3");
    }

    @Test
    void five_restarts_repeat_nothing() throws Exception {
        for (int i = 1; i <= 5; i++) {
            var relay = rig.streaming();
            rig.append("a", "a", i);
            rig.logOf(i);
            relay.close();
        }

        assertThat(rig.payloadsOf(5)).hasSize(5).doesNotHaveDuplicates();
    }

    private void append(Connection transaction, int from, int to) {
        for (int i = from; i <= to; i++) {
            rig.append(transaction, "a", "a", i);
        }
    }
}
