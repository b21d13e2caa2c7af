package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final Progress progress = new Progress("captured", 1_000, "events", () -> 0, over -> {});

    @Test
    void a_position_never_moves_back() {
        progress.to(500);
        progress.to(300);
        assertThat(progress.snapshot().done()).isEqualTo(500);
    }

    @Test
    void steps_and_positions_add_up() {
        progress.advance(5);
        progress.to(10);
        progress.advance(1);
        assertThat(progress.snapshot().done()).isEqualTo(11);
    }

    @Test
    void a_total_can_become_known_on_the_way() {
        progress.advance(500);
        progress.total(2_000);
        assertThat(progress.snapshot().percent()).isEqualTo(25);
    }

    @Test
    void no_step_of_any_thread_is_lost() throws InterruptedException {
        var threads = 4;
        var finished = new CountDownLatch(threads);
        for (var i = 0; i < threads; i++) {
            Thread.ofVirtual().start(() -> {
                for (var step = 0; step < 10_000; step++) {
                    progress.advance(1);
                }
                finished.countDown();
            });
        }
        assertThat(finished.await(2, TimeUnit.MINUTES)).isTrue();
        assertThat(progress.snapshot().done()).isEqualTo(40_000);
    }

    @Test
    void the_first_end_counts() {
        progress.done("all captured");
        progress.close();
        assertThat(progress.snapshot().state()).isEqualTo(Snapshot.State.DONE);
        assertThat(progress.snapshot().note()).isEqualTo("all captured");
    }
}
