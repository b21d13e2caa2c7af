package dev.afterimage.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalProbeTest {
    @Test
    void a_closed_descriptor_is_no_terminal() {
        assertThat(TerminalProbe.isTerminal(9)).isFalse();
    }

    @Test
    void the_width_that_the_user_exported_wins() {
        var env = Map.of("COLUMNS", "99");
        assertThat(TerminalProbe.withColumns(env)).isEqualTo(env);
    }
}
