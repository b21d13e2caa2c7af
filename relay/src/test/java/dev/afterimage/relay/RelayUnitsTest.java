package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The small values: positions, bookmarks, settings, waits. */
class RelayUnitsTest {

    @ParameterizedTest
    @ValueSource(strings = {"0/0", "0/1BB1588", "16/B374D848", "FFFFFFFF/FFFFFFFF"})
    void an_lsn_is_read_and_written_as_postgresql_does(String text) {
        assertThat(Lsn.parse(text)).hasToString(text);
    }

    @Test
    void lsns_are_ordered_without_sign() {
        assertThat(Lsn.parse("FFFFFFFF/0").isAfter(Lsn.parse("7FFFFFFF/FFFFFFFF")))
                .isTrue();
        assertThat(Lsn.parse("1/0").isAfter(Lsn.parse("0/FFFFFFFF"))).isTrue();
        assertThat(Lsn.parse("1/0").isAfter(Lsn.parse("1/0"))).isFalse();
        assertThatThrownBy(() -> Lsn.parse("123")).hasMessage("lsn must look like 16/B374D848, was \"123\"");
    }

    @Test
    void a_bookmark_never_goes_back() {
        var bookmark = Bookmark.parse("7601 1/A0");

        assertThat(bookmark.atLeast(Lsn.parse("1/9F"))).isEqualTo(bookmark);
        assertThat(bookmark.atLeast(Lsn.parse("1/A1"))).hasToString("7601 1/A1");
        assertThatThrownBy(() -> Bookmark.parse("1/A0")).hasMessageContaining("was \"1/A0\"");
    }

    @Test
    void waits_double_up_to_their_cap_and_start_over_after_a_success() {
        var backOff = new BackOff(RelaySettings.defaults().withBackOff(Duration.ofMillis(100), Duration.ofMillis(350)));

        assertThat(backOff.next()).hasMillis(100);
        assertThat(backOff.next()).hasMillis(200);
        assertThat(backOff.next()).hasMillis(350);
        assertThat(backOff.next()).hasMillis(350);
        backOff.reset();
        assertThat(backOff.next()).hasMillis(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upper", "with-dash", "a b", "ü", "a\";DROP"})
    void a_slot_name_that_postgresql_refuses_is_refused_by_its_setting(String slot) {
        assertThatThrownBy(() -> RelaySettings.defaults().withSlot(slot))
                .hasMessage(
                        "RelaySettings.withSlot must be 1..63 lower-case letters, digits and underscores, was \"%s\""
                                .formatted(slot));
    }

    @Test
    void intervals_must_be_at_least_a_millisecond() {
        assertThatThrownBy(() -> RelaySettings.defaults().withPollInterval(Duration.ZERO))
                .hasMessage("RelaySettings.withPollInterval must be 1 ms or more, was PT0S");
        assertThatThrownBy(() -> RelaySettings.defaults().withCanaryInterval(Duration.ofNanos(1)))
                .hasMessageStartingWith("RelaySettings.withCanaryInterval must be 1 ms or more");
        assertThatThrownBy(() -> RelaySettings.defaults().withBackOff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage(
                        "the longest wait of RelaySettings.withBackOff must be at least the shortest, PT2S, was PT1S");
    }
}
