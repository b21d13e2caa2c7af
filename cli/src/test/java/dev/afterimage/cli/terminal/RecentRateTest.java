package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RecentRateTest {
    private final RecentRate rate = new RecentRate();

    @Test
    void before_any_time_has_passed_it_is_zero() {
        assertThat(rate.sample(0, 10)).isZero();
    }

    @Test
    void a_steady_pace_is_known_from_the_first_sample_on() {
        for (var tenth = 1; tenth <= 50; tenth++) {
            assertThat(rate.sample(tenth / 10.0, tenth * 100L)).isCloseTo(1_000, within(1e-6));
        }
    }

    @Test
    void a_stall_brings_it_down_within_seconds() {
        rate.sample(10, 10_000);
        assertThat(rate.sample(13, 10_000)).isBetween(350.0, 400.0);
        assertThat(rate.sample(30, 10_000)).isLessThan(2);
    }

    @Test
    void it_does_not_depend_on_how_often_it_is_sampled() {
        rate.sample(1, 1_000);
        rate.sample(2, 2_000);
        rate.sample(4, 4_000);
        var seldom = new RecentRate();
        seldom.sample(4, 4_000);
        assertThat(rate.sample(6, 4_000)).isCloseTo(seldom.sample(6, 4_000), within(1e-6));
    }
}
