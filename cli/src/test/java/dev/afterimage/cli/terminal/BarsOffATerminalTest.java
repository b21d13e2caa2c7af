package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BarsOffATerminalTest {
    @Test
    void a_bar_says_a_line_at_its_start_every_five_seconds_and_at_its_end() {
        var stage = Stage.plain();
        var bar = stage.screen().progress("orders written", 24_900, "orders");
        for (var second = 1; second <= 11; second++) {
            bar.advance(2_000);
            stage.pass(Duration.ofSeconds(1));
        }
        bar.to(24_900);
        stage.pass(Duration.ofSeconds(1));
        bar.done("0 duplicates");

        assertThat(stage.text()).isEqualTo("""
                orders written: started, 24,900 orders to go
                orders written: 10,000 of 24,900 orders (40 %), 2,000/s, about 7 s left, after 5.0 s
                orders written: 20,000 of 24,900 orders (80 %), 2,000/s, about 2 s left, after 10.0 s
                [ok] orders written: 24,900 of 24,900 orders, 2,075/s, 12.0 s, 0 duplicates
                """);
        assertThat(stage.runningTickers()).isZero();
    }

    @Test
    void a_bar_that_is_over_falls_silent() {
        var stage = Stage.plain();
        try (var bars = stage.screen().bars()) {
            bars.add("written", 0, "orders").done();
            bars.add("captured", 0, "events").advance(9);
            stage.written();
            stage.pass(Duration.ofSeconds(5));
            assertThat(stage.written()).isEqualTo("captured: 9 events, 1.8/s, after 5.0 s\n");
        }
        assertThat(stage.written()).isEqualTo("[failed] captured: 9 events, 1.8/s, 5.0 s, stopped early\n");
    }
}
