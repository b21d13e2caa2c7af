package dev.afterimage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {

    @Test
    void a_parameter_of_the_caller_wins_whatever_its_case() {
        var settings = ServerSettings.forTests().withParameter("TimeZone", "Asia/Tokyo");

        assertThat(settings.allParameters())
                .containsEntry("timezone", "Asia/Tokyo")
                .doesNotContainKey("TimeZone");
    }

    @Test
    void copies_keep_what_they_do_not_change() {
        var settings = ServerSettings.durable()
                .withDataDirectory(Path.of("x"))
                .withPort(5433)
                .withParameter("work_mem", "8MB");

        assertThat(settings.dataDirectory()).isEqualTo(Path.of("x"));
        assertThat(settings.port()).isEqualTo(5433);
        assertThat(settings.crashSafe()).isTrue();
        assertThat(settings.parameters()).containsOnlyKeys("work_mem");
    }

    @Test
    void a_parameter_that_the_shell_would_read_is_refused() {
        var settings = ServerSettings.forTests();

        assertThatThrownBy(() -> settings.withParameter("work_mem", "$(id)"))
                .hasMessageContaining("work_mem")
                .hasMessageContaining("$(id)");
        assertThatThrownBy(() -> settings.withParameter("work_mem -c x", "1")).hasMessageContaining("must match");
    }

    @Test
    void a_port_out_of_range_is_refused() {
        assertThatThrownBy(() -> ServerSettings.forTests().withPort(70_000))
                .hasMessage("server port must be 0 (any free port) or 1..65535, was 70000");
    }
}
