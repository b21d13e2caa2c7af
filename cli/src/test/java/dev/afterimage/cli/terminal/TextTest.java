package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void width_is_what_a_terminal_shows() {
        assertThat(Text.width("Müller")).isEqualTo(6);
        assertThat(Text.width("Mu\u0308ller")).isEqualTo(6);
        assertThat(Text.width("東京")).isEqualTo(4);
        assertThat(Text.width("🚚")).isEqualTo(2);
    }

    @Test
    void a_cut_keeps_a_letter_and_its_accent_together() {
        assertThat(Text.cut("Mu\u0308ller", 3, "…")).isEqualTo("Mu\u0308…");
    }

    @Test
    void a_lone_surrogate_becomes_a_question_mark() {
        assertThat(Text.clean("a\ud800b")).isEqualTo("a?b");
    }

    @Test
    void letters_of_any_script_are_left_alone() {
        var text = "Zażółć 東京 می‌خواهم 🚚";
        assertThat(Text.clean(text)).isEqualTo(text);
    }
}
