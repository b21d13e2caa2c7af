package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BarsOnATerminalTest {
    private static final String UP_TWO = "\033[2A";

    @Test
    void stacked_bars_are_repainted_in_place() {
        var stage = Stage.withoutColour(106);
        try (var bars = stage.screen().bars()) {
            var written = bars.add("orders written", 24_900, "orders");
            bars.add("captured", 9, "events");
            stage.written();

            written.advance(12_450);
            stage.pass(Duration.ofSeconds(2));

            var frame = stage.written();
            assertThat(frame).startsWith(UP_TWO);
            assertThat(visible(frame))
                    .containsExactly(
                            "  orders written  ━━━━━━╸──────   50 %  12,450 of 24,900 orders   6,225/s"
                                    + "   avg 6,225/s   ETA 2 s   2.0 s",
                            "  captured        ─────────────    0 %            0 of 9 events       0/s"
                                    + "       avg 0/s             2.0 s");
        }
    }

    @Test
    void nothing_is_written_if_nothing_changed() {
        var stage = Stage.terminal();
        try (var bars = stage.screen().bars()) {
            bars.add("captured", 10, "events");
            stage.written();
            stage.pass(Duration.ZERO);
            assertThat(stage.written()).isEmpty();
        }
    }

    @Test
    void a_line_appears_above_the_live_bars() {
        var stage = Stage.withoutColour(60);
        try (var bars = stage.screen().bars()) {
            bars.add("captured", 10, "events");
            stage.written();
            stage.screen().line("relay restarted");
            assertThat(visible(stage.written())).first().isEqualTo("relay restarted");
        }
    }

    @Test
    void closing_leaves_one_aligned_line_for_each_bar() {
        var stage = Stage.withoutColour(100);
        try (var bars = stage.screen().bars()) {
            var written = bars.add("orders written", 24_900, "orders");
            var captured = bars.add("captured", 49_800, "events");
            written.advance(24_900);
            captured.to(9_000);
            stage.pass(Duration.ofSeconds(3));
            written.done("");
            captured.failed("the slot is gone");
            stage.written();
        }
        assertThat(visible(stage.written()))
                .containsExactly(
                        "✓ orders written  24,900 of 24,900 orders   8,300/s   3.0 s",
                        "✗ captured         9,000 of 49,800 events   3,000/s   3.0 s  the slot is gone");
        assertThat(stage.runningTickers()).isZero();
    }

    @Test
    void closing_ends_a_running_bar_as_stopped_early() {
        var stage = Stage.withoutColour(100);
        var bar = stage.screen().progress("captured", 10, "events");
        bar.advance(4);
        stage.pass(Duration.ofSeconds(1));
        bar.close();
        assertThat(stage.text()).contains("✗ captured   4 of 10 events     4.0/s   1.0 s  stopped early\n");
    }

    @Test
    void a_single_bar_settles_when_it_is_done_and_once_only() {
        var stage = Stage.withoutColour(100);
        var bar = stage.screen().progress("captured", 0, "events");
        bar.advance(25_000);
        stage.pass(Duration.ofSeconds(2));
        stage.written();
        bar.done("with nothing lost");
        assertThat(stage.written()).contains("✓ captured  25,000 events  12,500/s   2.0 s  with nothing lost\n");
        assertThat(stage.runningTickers()).isZero();

        bar.done();
        bar.close();
        assertThat(stage.written()).isEmpty();
    }

    @Test
    void without_a_total_there_is_neither_percent_nor_eta() {
        var stage = Stage.withoutColour(100);
        try (var bars = stage.screen().bars()) {
            var bar = bars.add("captured", 0, "events");
            bar.advance(100);
            stage.written();
            stage.pass(Duration.ofSeconds(1));
            assertThat(visible(stage.written()))
                    .first()
                    .asString()
                    .contains("━━━━")
                    .contains("100 events")
                    .doesNotContain("%", "ETA");
        }
    }

    @Test
    void a_narrow_terminal_loses_the_least_important_columns_and_no_line_is_wider_than_it() {
        var stage = Stage.withoutColour(60);
        try (var bars = stage.screen().bars()) {
            bars.add("orders written", 24_900, "orders").advance(1_000);
            stage.written();
            stage.pass(Duration.ofSeconds(1));
            var line = visible(stage.written()).getFirst();
            assertThat(line).contains("4 %", "1,000 of 24,900").doesNotContain("avg", "ETA");
            assertThat(Text.width(line)).isLessThan(60);
        }
    }

    @Test
    void a_bar_cannot_be_added_after_the_close() {
        var bars = Stage.terminal().screen().bars();
        bars.close();
        assertThatThrownBy(() -> bars.add("late", 1, "things"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("progress late: its bars are closed already");
    }

    /** The lines, without what moves, clips, wraps and clears. */
    private static List<String> visible(String written) {
        return written.replaceAll("\033\\[(\\?7[lh]|[KJ]|\\d+A)", "").lines().toList();
    }
}
