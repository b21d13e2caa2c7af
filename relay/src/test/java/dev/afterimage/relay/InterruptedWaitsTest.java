package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.relay.source.RepairLock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever waits for another process stops waiting when its thread is interrupted. */
class InterruptedWaitsTest {

    private static final Duration LONG = Duration.ofHours(1);

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
    void a_verification_that_waits_for_a_relay() throws Exception {
        assertInterruptible(
                () -> rig.setup().verify(LONG),
                () -> !rig.column("SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_catalog.clock_timestamp()'"
                                + " AND pid <> pg_backend_pid() AND state = 'idle'")
                        .isEmpty(),
                "a canary to pass");
    }

    @Test
    void a_repair_that_waits_for_another() throws Exception {
        var held = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        var waits = new CountDownLatch(1);
        var other = Thread.ofVirtual()
                .start(() -> RepairLock.alone(rig.address, rig.slot, note -> {}, () -> {
                    held.countDown();
                    return await(done);
                }));
        try {
            assertThat(await(held)).isTrue();
            assertInterruptible(
                    () -> rig.setup().telling(note -> waits.countDown()).repair(),
                    () -> waits.getCount() == 0,
                    "another init or repair");
        } finally {
            done.countDown();
            other.join();
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this one", e);
        }
    }

    private static void assertInterruptible(Runnable work, Callable<Boolean> isWaiting, String what) throws Exception {
        var ended = new CompletableFuture<Throwable>();
        var thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run();
                ended.completeExceptionally(new AssertionError("it did not wait"));
            } catch (Throwable e) {
                ended.complete(e);
            }
        });
        Eventually.assertThatSoon("it waits", isWaiting);
        thread.interrupt();

        assertThat(ended.get(1, TimeUnit.MINUTES))
                .isInstanceOf(CancellationException.class)
                .hasMessageContainingAll("waiting for " + what, "was interrupted");
    }
}
