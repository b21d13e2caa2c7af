package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.relay.source.SnapshotSlot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A repair that is killed while PostgreSQL waits for open transactions leaves a process there that waits on. */
class KilledRepairTest {

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
    void the_next_repair_ends_what_a_killed_one_left_and_needs_no_help() throws Exception {
        rig.append("a", "missed", 1);
        rig.dropSlot();
        rig.execute("CREATE TABLE written (i int)");
        try (var transaction = rig.transaction();
                var statement = transaction.createStatement()) {
            statement.execute("INSERT INTO written VALUES (1)");
            statement.execute("PREPARE TRANSACTION 'open for long'");
        }
        CompletableFuture<Long> repaired;
        try {
            var killed = SmallHeap.start(SmallHeap.Repairs.class, 128, database.jdbcUrl(), rig.slot);
            Eventually.assertThatSoon(
                    "the server waits for it", () -> !waiting().isEmpty());
            var left = waiting().getFirst();
            killed.destroyForcibly().waitFor();

            repaired = CompletableFuture.supplyAsync(() -> rig.setup().repair());
            Eventually.assertThatSoon(
                    "the next repair is where the first was, or has failed",
                    () -> repaired.isDone() || waiting().stream().anyMatch(pid -> !pid.equals(left)));
            assertThat(repaired).isNotDone();
            assertThat(waiting()).doesNotContain(left);
        } finally {
            rig.execute("ROLLBACK PREPARED 'open for long'");
        }
        assertThat(repaired.get(2, TimeUnit.MINUTES)).isEqualTo(1);
        rig.streaming();
        rig.append("a", "streamed", 2);
        assertThat(rig.payloadsOf(2)).containsExactly("missed 1", "streamed 2");
    }

    private List<String> waiting() throws Exception {
        return new ArrayList<>(rig.column("""
                SELECT pid FROM pg_stat_activity WHERE application_name = '%s' AND wait_event = 'transactionid'
                  AND datname = current_database()""".formatted(SnapshotSlot.APPLICATION)));
    }
}
