package dev.afterimage.domain.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.UnreadablePayloadException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A record of today may have components that the events of yesterday lack. */
class MissingComponentTest {

    private final JacksonEventCodec codec = new JacksonEventCodec();

    record Placed(String customer, @Nullable String channel, Optional<String> note, OptionalInt table) {}

    record Shipped(List<Parcel> parcels) {}

    record Parcel(String label, @Nullable List<String> items) {}

    @Test
    void a_component_that_the_payload_lacks_is_not_made_null() {
        assertThatThrownBy(() -> codec.decode("{\"channel\":\"web\"}", Placed.class))
                .isInstanceOf(UnreadablePayloadException.class)
                .hasMessage(
                        "payload is not a Placed: customer is missing at character 16: a component that older events lack must be Optional or @Nullable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"parcels\":[{\"items\":[]}]}"})
    void also_a_list_and_a_component_of_a_nested_record(String payload) {
        assertThatThrownBy(() -> codec.decode(payload, Shipped.class)).hasMessageContaining("is missing");
    }

    @Test
    void an_optional_or_nullable_component_may_be_missing() {
        assertThat(codec.decode("{\"customer\":\"ann\"}", Placed.class))
                .isEqualTo(new Placed("ann", null, Optional.empty(), OptionalInt.empty()));
        assertThat(codec.decode("{\"parcels\":[{\"label\":\"a\"}]}", Shipped.class))
                .isEqualTo(new Shipped(List.of(new Parcel("a", null))));
    }

    /** The log says what was recorded; whether it should have been is no question for a reader. */
    @Test
    void a_null_that_was_recorded_comes_back() {
        assertThat(codec.decode("{\"customer\":null}", Placed.class).customer()).isNull();
    }
}
