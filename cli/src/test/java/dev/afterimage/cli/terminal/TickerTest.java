package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TickerTest {
    @Test
    void it_calls_back_from_a_daemon_thread_that_is_gone_after_the_stop() throws InterruptedException {
        var twice = new CountDownLatch(2);
        var thread = new AtomicReference<>(Thread.currentThread());
        var stop = Ticker.daemon().start(() -> {
            thread.set(Thread.currentThread());
            twice.countDown();
        });
        assertThat(twice.await(2, TimeUnit.MINUTES)).isTrue();
        assertThat(thread.get().isDaemon()).isTrue();

        stop.run();
        thread.get().join(120_000);
        assertThat(thread.get().isAlive()).isFalse();
    }
}
