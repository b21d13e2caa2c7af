package dev.afterimage.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventNamesTest {

    @Captured(events = Said.class)
    static final class Speaker {}

    sealed interface Said {
        record OrderPlaced() implements Said {}

        record URLSeen() implements Said {}

        record Step2Done() implements Said {}

        @EventName("renamed-long-ago")
        record Fresh() implements Said {}

        @EventName(version = 3)
        record Grown() implements Said {}
    }

    private static final CapturedAggregate SPEAKER = CapturedAggregate.of(Speaker.class);

    @Test
    void an_event_is_named_after_its_class_in_kebab_case() {
        assertThat(SPEAKER.typeOf(new Said.OrderPlaced())).contains(new EventType("order-placed", 1));
        assertThat(SPEAKER.typeOf(new Said.URLSeen())).contains(new EventType("url-seen", 1));
        assertThat(SPEAKER.typeOf(new Said.Step2Done())).contains(new EventType("step2-done", 1));
    }

    @Test
    void an_annotation_keeps_the_stored_name_of_a_renamed_class() {
        assertThat(SPEAKER.typeOf(new Said.Fresh())).contains(new EventType("renamed-long-ago", 1));
    }

    @Test
    void an_annotation_with_a_version_alone_leaves_the_name() {
        assertThat(SPEAKER.typeOf(new Said.Grown())).contains(new EventType("grown", 3));
    }

    @Test
    void an_aggregate_is_named_after_its_class_or_its_annotation() {
        assertThat(SPEAKER.type()).isEqualTo("speaker");
        assertThat(CapturedAggregate.of(Renamed.class).type()).isEqualTo("purchase-order");
    }

    @Captured(events = Said.class, type = "purchase-order")
    static final class Renamed {}

    @ParameterizedTest
    @ValueSource(strings = {"", "Order", "order_placed", "2nd-order", "-order", "order placed", "ordér", "ORDER"})
    void a_stored_name_that_is_not_kebab_case_is_refused_with_an_example(String name) {
        assertThatThrownBy(() -> new EventType(name, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("event name must be kebab-case of at most 100 characters, such as order-placed")
                .hasMessageContaining("\"" + name + "\"");
    }

    @Test
    void a_stored_name_has_at_most_100_characters() {
        assertThat(new EventType("a".repeat(100), 1).name()).hasSize(100);
        assertThatThrownBy(() -> new EventType("a".repeat(101), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void a_version_starts_at_1(int version) {
        assertThatThrownBy(() -> new EventType("order-placed", version))
                .hasMessage("version of event order-placed must be 1 or more, was %d", version);
    }

    @ParameterizedTest
    @CsvSource({"1, order-placed", "2, order-placed v2"})
    void the_text_of_a_type_names_the_version_from_2_on(int version, String text) {
        assertThat(new EventType("order-placed", version)).hasToString(text);
    }
}
