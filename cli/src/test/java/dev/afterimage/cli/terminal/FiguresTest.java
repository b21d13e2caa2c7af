package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void counts_are_grouped_alike_in_every_locale() {
        var usual = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(Figures.count(24_900)).isEqualTo("24,900");
            assertThat(Figures.perSecond(8_312.4)).isEqualTo("8,312/s");
            assertThat(Figures.duration(Duration.ofSeconds(3))).isEqualTo("3.0 s");
        } finally {
            Locale.setDefault(usual);
        }
    }

    @Test
    void slow_rates_have_a_decimal() {
        assertThat(Figures.perSecond(0)).isEqualTo("0/s");
        assertThat(Figures.perSecond(0.42)).isEqualTo("0.4/s");
        assertThat(Figures.perSecond(9.94)).isEqualTo("9.9/s");
        assertThat(Figures.perSecond(9.96)).isEqualTo("10/s");
    }

    @Test
    void durations_use_the_two_largest_units() {
        assertThat(Figures.duration(Duration.ofMillis(40))).isEqualTo("0.0 s");
        assertThat(Figures.duration(Duration.ofMillis(59_940))).isEqualTo("59.9 s");
        assertThat(Figures.duration(Duration.ofMillis(59_960))).isEqualTo("1 min 00 s");
        assertThat(Figures.duration(Duration.ofSeconds(125))).isEqualTo("2 min 05 s");
        assertThat(Figures.duration(Duration.ofMinutes(64))).isEqualTo("1 h 04 min");
    }
}
