package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

class RelaySetupTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database);
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void init_makes_the_slot_and_its_bookmark() throws Exception {
        rig.init();

        assertThat(rig.slot("concat_ws(' ', plugin, slot_type, database, temporary, failover)"))
                .containsExactly("pgoutput logical %s f t".formatted(database.name()));
        var bookmark = Bookmark.parse(rig.log.sources().bookmark(rig.slot).orElseThrow());
        assertThat(bookmark.acknowledged())
                .hasToString(rig.slot("confirmed_flush_lsn").getFirst());
        assertThat(bookmark.system()).isEqualTo(rig.query("SELECT system_identifier FROM pg_control_system()"));
    }

    @Test
    void init_again_changes_nothing_also_while_a_relay_streams() throws Exception {
        rig.init().init();
        rig.streaming();
        rig.append("a", "a", 1);
        rig.logOf(1);
        rig.init();
        rig.append("a", "a", 2);

        assertThat(rig.payloadsOf(2)).containsExactly("a 1", "a 2");
    }

    @Test
    void init_goes_on_where_an_earlier_one_crashed() throws Exception {
        rig.execute("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(rig.slot));
        rig.append("a", "after the slot", 1);
        rig.init();
        rig.streaming();

        assertThat(rig.payloadsOf(1)).containsExactly("after the slot 1");
    }

    @Test
    void nodes_that_init_at_once_all_succeed() throws Exception {
        var together = new CyclicBarrier(4);
        Callable<Boolean> node = () -> {
            together.await();
            rig.setup().init();
            return true;
        };
        try (var nodes = Executors.newFixedThreadPool(4)) {
            for (var done :
                    nodes.invokeAll(IntStream.range(0, 4).mapToObj(i -> node).toList())) {
                assertThat(done.get()).isTrue();
            }
        }
        rig.streaming();
        rig.append("a", "a", 1);
        assertThat(rig.payloadsOf(1)).containsExactly("a 1");
    }

    @Test
    void init_brings_what_the_outbox_has_already_in_each_aggregates_order() throws Exception {
        rig.append("a", "before", 1);
        rig.append("a", "before", 2);
        rig.init();
        rig.streaming();
        rig.append("a", "after", 3);

        assertThat(rig.payloadsOf(3)).containsExactly("before 1", "before 2", "after 3");
    }

    @Test
    void init_brings_back_what_a_lost_log_had() throws Exception {
        rig.init();
        rig.streaming();
        rig.append("a", "lost", 1);
        rig.logOf(1);
        rig.lastRelay().close();
        rig.execute("TRUNCATE afterimage.event_log, afterimage.log_source");
        rig.execute("UPDATE afterimage.log_head SET position = 0");
        rig.dropSlot();
        rig.append("a", "missed", 2);

        rig.init();
        rig.streaming();
        rig.append("a", "after", 3);
        assertThat(rig.payloadsOf(3)).containsExactly("lost 1", "missed 2", "after 3");
    }

    @Test
    void an_init_that_ended_in_the_middle_is_continued_by_the_next() throws Exception {
        rig.append("a", "before", 1);
        var crashing = new DisturbedLog(
                rig.log,
                () -> {
                    throw new IllegalStateException("crash");
                },
                () -> {});
        assertThatThrownBy(() -> new RelaySetup(rig.address, crashing, rig.settings).init())
                .hasMessage("crash");

        rig.init();
        assertThat(rig.payloadsOf(1)).containsExactly("before 1");
    }

    @Test
    void an_open_transaction_that_holds_up_the_slot_is_named_while_init_waits() throws Exception {
        var notes = new LinkedBlockingQueue<String>();
        try (var node = Executors.newSingleThreadExecutor();
                var writer = rig.transaction()) {
            rig.append(writer, "a", "before", 1);
            var pid = writer.unwrap(PGConnection.class).getBackendPID();
            var init = node.submit(() -> rig.setup().telling(notes::add).init());

            assertThat(notes.poll(20, TimeUnit.SECONDS))
                    .contains("slot %s can be made once these transactions have ended".formatted(rig.slot))
                    .contains("pid %d (".formatted(pid), "database " + database.name(), " open for ");
            writer.commit();
            init.get(2, TimeUnit.MINUTES);
        }
        assertThat(rig.payloadsOf(1)).containsExactly("before 1");
    }

    @Test
    void repairs_at_once_wait_for_each_other() throws Exception {
        rig.init();
        rig.append("a", "missed", 1);
        rig.dropSlot();
        var together = new CyclicBarrier(2);
        Callable<Long> node = () -> {
            together.await();
            return rig.setup().repair();
        };
        try (var nodes = Executors.newFixedThreadPool(2)) {
            long brought = 0;
            for (var done : nodes.invokeAll(List.of(node, node))) {
                brought += done.get();
            }
            assertThat(brought).isEqualTo(1);
        }
        rig.streaming();
        assertThat(rig.payloadsOf(1)).containsExactly("missed 1");
    }
}
