package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BarArtTest {
    private static final Map<String, String> NO_COLOUR = Map.of("TERM", "xterm", "NO_COLOR", "1");

    private final BarArt art = new BarArt(Mode.of(NO_COLOUR, true, StandardCharsets.UTF_8));

    @Test
    void it_is_filled_from_the_left_in_half_cells() {
        assertThat(art.draw(bar(0, 100), 10)).isEqualTo("──────────");
        assertThat(art.draw(bar(50, 100), 10)).isEqualTo("━━━━━─────");
        assertThat(art.draw(bar(57, 100), 10)).isEqualTo("━━━━━╸────");
        assertThat(art.draw(bar(99, 100), 10)).isEqualTo("━━━━━━━━━╸");
        assertThat(art.draw(bar(100, 100), 10)).isEqualTo("━━━━━━━━━━");
        assertThat(art.draw(bar(120, 100), 10)).isEqualTo("━━━━━━━━━━");
    }

    @Test
    void it_does_without_unicode() {
        var ascii = new BarArt(Mode.of(NO_COLOUR, true, StandardCharsets.US_ASCII));
        assertThat(ascii.draw(bar(50, 100), 10)).isEqualTo("#####.....");
    }

    @Test
    void without_a_total_a_piece_wanders_to_the_end_and_back() {
        assertThat(art.draw(wandering(0), 10)).isEqualTo("━━━━──────");
        assertThat(art.draw(wandering(300), 10)).isEqualTo("───━━━━───");
        assertThat(art.draw(wandering(600), 10)).isEqualTo("──────━━━━");
        assertThat(art.draw(wandering(900), 10)).isEqualTo("───━━━━───");
        assertThat(art.draw(wandering(1_200), 10)).isEqualTo("━━━━──────");
    }

    @Test
    void colours_take_no_cells_and_none_is_left_open() {
        var coloured = new BarArt(Mode.of(Map.of("TERM", "xterm"), true, StandardCharsets.UTF_8));
        assertThat(coloured.draw(bar(50, 100), 4)).isEqualTo("\033[36m━━\033[0m\033[2m──\033[0m");
    }

    private static Snapshot bar(long done, long total) {
        return new Snapshot("t", "u", done, total, 0, Duration.ZERO, Snapshot.State.RUNNING, "");
    }

    private static Snapshot wandering(long millis) {
        return new Snapshot("t", "u", 7, 0, 0, Duration.ofMillis(millis), Snapshot.State.RUNNING, "");
    }
}
