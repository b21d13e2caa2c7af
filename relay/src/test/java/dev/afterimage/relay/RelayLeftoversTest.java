package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.List;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RelayLeftoversTest {

    private static final String CONNECTIONS = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
              AND (application_name LIKE 'afterimage-%' OR application_name ILIKE 'debezium%' OR backend_type = 'walsender')""";

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
    void a_closed_relay_leaves_no_thread_no_connection_and_an_idle_slot() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "a", 1);
        rig.logOf(1);
        relay.close();

        assertNothingLeft();
        assertThat(rig.slot("active")).containsExactly("f");
    }

    @Test
    void a_relay_closed_while_it_starts_leaves_nothing() throws Exception {
        for (int i = 0; i < 5; i++) {
            rig.relay().start().close();
        }
        for (int i = 0; i < 5; i++) {
            rig.streaming().close();
        }

        assertNothingLeft();
    }

    @Test
    void a_relay_closed_while_it_is_refused_or_stands_by_leaves_nothing() throws Exception {
        var first = rig.streaming();
        var second = RelayRig.await(RelayState.STANDBY, rig.relay().start());
        second.close();
        first.close();
        rig.dropSlot();
        RelayRig.await(RelayState.REFUSED, rig.relay().start()).close();

        assertNothingLeft();
    }

    @Test
    void a_relay_whose_connection_was_cut_leaves_nothing_of_it() throws Exception {
        var relay = rig.streaming();
        for (int i = 1; i <= 3; i++) {
            rig.append("a", "a", i);
            rig.logOf(i);
            rig.terminateWalSender();
        }
        rig.append("a", "a", 4);
        rig.logOf(4);
        relay.close();

        assertNothingLeft();
    }

    /** Threads of pools too, whose names say nothing of us. */
    @Test
    void a_second_relay_leaves_no_thread_that_was_not_there_after_the_first() throws Exception {
        rig.streaming().close();
        assertNothingLeft();
        var before = new HashSet<>(Thread.getAllStackTraces().keySet());
        rig.streaming().close();

        Eventually.assertThatSoon(
                "no further thread is left",
                () -> Thread.getAllStackTraces().keySet().stream().allMatch(before::contains));
    }

    /** A stream that ends by itself, while what the server has for it cannot. */
    @Test
    void a_process_of_the_server_that_does_not_end_is_named_and_waited_for() throws Exception {
        var sources = new AbandonedStreams(rig.debezium());
        var relay = rig.streaming(sources);
        var pid = rig.slot("active_pid").getFirst();
        signal("STOP", pid);
        try {
            sources.abandon();

            RelayRig.await(RelayState.BACKING_OFF, relay);
            Eventually.assertThatSoon(
                    "its process is named",
                    () -> relay.status()
                            .message()
                            .contains("the server's process %s, of a connection that was lost, was told to end"
                                    .formatted(pid)));
            Eventually.assertThatSoon("and recorded", () -> recorded().contains("was told to end"));
        } finally {
            signal("CONT", pid);
        }
        RelayRig.await(RelayState.STREAMING, relay);
        rig.append("a", "a", 1);
        rig.logOf(1);
    }

    private String recorded() throws Exception {
        return String.join(
                "", rig.column("SELECT message FROM afterimage.relay_status WHERE source = '%s'".formatted(rig.slot)));
    }

    private static void signal(String name, String pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                .as("kill -%s %s", name, pid)
                .isZero();
    }

    private void assertNothingLeft() throws Exception {
        Eventually.assertThatSoon("no thread is left", () -> threads().isEmpty());
        Eventually.assertThatSoon(
                "no connection is left", () -> rig.query(CONNECTIONS).equals("0"));
        assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName("debezium.*:*"), null))
                .isEmpty();
    }

    /** The log's listener is not the relay's. */
    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("afterimage-") || name.startsWith("debezium-"))
                .filter(name -> !name.startsWith("afterimage-listen-"))
                .toList();
    }
}
