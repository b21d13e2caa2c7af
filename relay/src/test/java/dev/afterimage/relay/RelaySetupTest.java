package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
        var bookmark =
                Bookmark.parse(rig.log.sources().bookmark(rig.settings.slot()).orElseThrow());
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
        rig.execute("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(rig.settings.slot()));
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
}
