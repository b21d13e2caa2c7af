package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Rebuilds in a row leave nothing behind of the versions that they replace. Few and small by default; with
 * {@code -Dafterimage.full=true} a hundred over 100,000 rows.
 */
class LeftoversTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final boolean FULL = Boolean.getBoolean("afterimage.full");
    private static final int REBUILDS = FULL ? 100 : 5;
    private static final int ACCOUNTS = FULL ? 100_000 : 4_000;
    private static final long ROOM = FULL ? 100L << 20 : 16L << 20;

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
    void rebuilds_in_a_row_leave_no_run_thread_or_rows_of_the_versions_they_replace() throws Exception {
        var projector = rig.start(
                ProjectorRig.SETTINGS.withKeptRows(ACCOUNTS).withRebuildBatch(ACCOUNTS), Accounts.projection());
        for (int from = 0; from < ACCOUNTS; from += 2_000) {
            var events = new ArrayList<Deposited>();
            for (int i = from; i < from + 2_000; i++) {
                events.add(new Deposited("account " + i, "1"));
            }
            rig.append(events);
        }
        rig.drain(projector, "accounts");
        long after = 0;
        for (int i = 1; i <= REBUILDS; i++) {
            rig.sql.execute("UPDATE afterimage.projection_version SET activated_at = activated_at - interval '1 hour'");
            assertThat(projector.rebuild("accounts").await(ProjectorRig.SOON.multipliedBy(10)))
                    .isPresent();
            rig.drain(projector, "accounts");
            if (i == 2) {
                after = settledHeap(projector);
            }
        }

        assertThat(settledHeap(projector)).isLessThan(after + ROOM);
    }

    /** What is in memory when the runs of dropped versions have gone. */
    private static long settledHeap(Projector projector) {
        Waiting.until(
                () -> Optional.of(projector.status()).filter(status -> status.size() == 2),
                () -> projector.status().toString());
        Waiting.until(
                () -> Optional.of(threads()).filter(threads -> threads.size() == 2),
                () -> threads().toString());
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("afterimage-projector") || name.startsWith("afterimage-rebuild"))
                .toList();
    }
}
