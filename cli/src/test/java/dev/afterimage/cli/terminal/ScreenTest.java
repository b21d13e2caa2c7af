package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private static final String HOSTILE = "\033[2J\u009b31m\rred\u202e\u0007\tend";

    @Test
    void off_a_terminal_no_control_character_but_the_line_feed_is_written() {
        var stage = Stage.plain();
        showEverything(stage);
        assertThat(stage.text().chars().filter(c -> c != '\n' && Character.isISOControl(c)))
                .isEmpty();
    }

    @Test
    void on_a_dumb_terminal_it_looks_as_off_a_terminal() {
        var plain = Stage.plain();
        var dumb = Stage.with(Map.of("TERM", "dumb"), true);
        var nameless = Stage.with(Map.of(), true);
        List.of(plain, dumb, nameless).forEach(ScreenTest::showEverything);
        assertThat(dumb.text()).isEqualTo(plain.text());
        assertThat(nameless.text()).isEqualTo(plain.text());
    }

    @Test
    void no_color_takes_the_colours_and_leaves_the_bars() {
        var stage = Stage.withoutColour(100);
        showEverything(stage);
        assertThat(stage.text()).doesNotContainPattern("\033\\[\\d+m").contains("\033[1A");
    }

    @Test
    void an_empty_no_color_does_not_count() {
        var stage = Stage.with(Map.of("TERM", "xterm", "NO_COLOR", ""), true);
        stage.screen().good("yes");
        assertThat(stage.text()).isEqualTo("\033[32m✓\033[0m yes\n");
    }

    @Test
    void marks_are_words_off_a_terminal() {
        var stage = Stage.plain();
        stage.screen().good("all models agree");
        stage.screen().bad("order_summary lacks 2 rows");
        assertThat(stage.text()).isEqualTo("[ok] all models agree\n[failed] order_summary lacks 2 rows\n");
    }

    @Test
    void marks_are_words_too_where_the_character_set_lacks_the_signs() {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.US_ASCII);
        Screen.of(out, Map.of("TERM", "xterm", "NO_COLOR", "1"), true).good("all models agree");
        assertThat(bytes.toString(StandardCharsets.US_ASCII)).isEqualTo("[ok] all models agree\n");
    }

    @Test
    void a_heading_stands_apart_from_what_is_above() {
        var stage = Stage.plain();
        stage.screen().heading("First");
        stage.screen().line("text");
        stage.screen().heading("Second");
        assertThat(stage.text()).isEqualTo("First\ntext\n\nSecond\n");
    }

    @Test
    void an_empty_line_is_a_line() {
        var stage = Stage.plain();
        stage.screen().line("");
        assertThat(stage.text()).isEqualTo("\n");
    }

    @Test
    void text_from_outside_cannot_steer_the_terminal() {
        var stage = Stage.withoutColour(80);
        stage.screen().line("payload " + HOSTILE);
        assertThat(stage.text()).isEqualTo("payload ?[2J?31m\nred?? end\n");
    }

    @Test
    void a_table_cell_from_outside_cannot_steer_the_terminal_or_break_its_row() {
        var stage = Stage.plain();
        stage.screen().table(List.of(Column.text("payload")), List.of(List.of("a\nb" + HOSTILE)));
        assertThat(stage.text().lines().skip(2)).containsExactly("a?b?[2J?31m?red?? end");
    }

    private static void showEverything(Stage stage) {
        var screen = stage.screen();
        screen.heading("heading " + HOSTILE);
        screen.line("line " + HOSTILE);
        screen.note("note " + HOSTILE);
        screen.good("good " + HOSTILE);
        screen.bad("bad " + HOSTILE);
        screen.table(List.of(Column.text("t" + HOSTILE), Column.number("n")), List.of(List.of(HOSTILE, HOSTILE)));
        try (var bars = screen.bars()) {
            var first = bars.add("first" + HOSTILE, 10, "things" + HOSTILE);
            bars.add("second", 0, "things").advance(3);
            first.advance(7);
            stage.pass(Duration.ofSeconds(6));
            first.done("over " + HOSTILE);
        }
    }
}
