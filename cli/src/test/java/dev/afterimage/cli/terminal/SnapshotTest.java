package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    @Test
    void a_hundred_percent_means_that_nothing_is_left() {
        assertThat(bar(0, 24_900).percent()).isZero();
        assertThat(bar(12_450, 24_900).percent()).isEqualTo(50);
        assertThat(bar(24_899, 24_900).percent()).isEqualTo(99);
        assertThat(bar(24_900, 24_900).percent()).isEqualTo(100);
        assertThat(bar(30_000, 24_900).percent()).isEqualTo(100);
        assertThat(bar(Long.MAX_VALUE - 1, Long.MAX_VALUE).percent()).isEqualTo(99);
    }

    @Test
    void the_time_left_follows_the_recent_rate() {
        assertThat(bar(5_000, 10_000, 250).left()).contains(Duration.ofSeconds(20));
        assertThat(bar(12_000, 10_000, 250).left()).contains(Duration.ZERO);
    }

    @Test
    void without_movement_total_or_reason_nobody_guesses_the_time_left() {
        assertThat(bar(5_000, 10_000, 0).left()).isEmpty();
        assertThat(bar(5_000, 0, 250).left()).isEmpty();
        assertThat(bar(1, Long.MAX_VALUE, 1e-3).left()).isEmpty();
    }

    @Test
    void the_overall_rate_counts_from_the_start() {
        assertThat(bar(8_000, 10_000).overall()).isEqualTo(4_000);
    }

    private static Snapshot bar(long done, long total) {
        return bar(done, total, 0);
    }

    private static Snapshot bar(long done, long total, double recent) {
        return new Snapshot("t", "u", done, total, recent, Duration.ofSeconds(2), Snapshot.State.RUNNING, "");
    }
}
