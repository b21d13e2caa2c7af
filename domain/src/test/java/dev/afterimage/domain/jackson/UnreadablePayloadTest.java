package dev.afterimage.domain.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.UnreadablePayloadException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadablePayloadTest {

    private static final String SECRET = "alice@example.com";

    private final JacksonEventCodec codec = new JacksonEventCodec();

    record Order(String id, int lines, BigDecimal net, LocalDate day) {}

    record Checked(String email) {
        Checked {
            throw new IllegalArgumentException("no such mailbox: " + email);
        }
    }

    record ByEmail(Map<String, Integer> orders, Map<String, List<Checked>> checked) {}

    record Anything(Object value) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"lines\":\"alice@example.com\"}",
                "{\"lines\":{\"alice@example.com\":1}}",
                "{\"lines\":[\"alice@example.com\"]}",
                "{\"lines\":1,\"net\":\"alice@example.com\"}",
                "{\"lines\":1,\"day\":\"alice@example.com\"}",
                "{\"lines\":1,\"id\":{\"of\":\"alice@example.com\"}}",
                "[\"alice@example.com\"]",
                "\"alice@example.com\"",
                "{\"id\":\"alice@example.com\"",
                "{\"id\":\"alice@example.com\",}",
                "{\"id\":alice@example.com}",
                "alice@example.com",
                "{\"lines\":1,\"id\":\"alice@example.com\"} \"alice@example.com\"",
            })
    void a_payload_of_another_shape_is_refused_and_the_message_has_none_of_its_values(String payload) {
        assertUnreadable(payload, Order.class);
    }

    @Test
    void the_message_has_no_key_of_a_map_because_keys_are_values_too() {
        assertUnreadable("{\"orders\":{\"%s\":\"x\"}}".formatted(SECRET), ByEmail.class);
        assertUnreadable("{\"checked\":{\"%s\":[{\"email\":\"a\"}]}}".formatted(SECRET), ByEmail.class);
    }

    @Test
    void the_message_has_nothing_of_what_a_constructor_complained_about() {
        assertUnreadable("{\"email\":\"%s\"}".formatted(SECRET), Checked.class);
    }

    @Test
    void the_message_says_where() {
        assertThatThrownBy(() -> codec.decode("{\"id\":\"a\",\"lines\":\"b\"}", Order.class))
                .hasMessage("payload is not a Order: InvalidFormat at lines at character 18");
    }

    @Test
    void a_missing_or_null_primitive_is_refused_instead_of_being_zero() {
        assertUnreadable("{\"id\":\"a\"}", Order.class);
        assertUnreadable("{\"id\":\"a\",\"lines\":null}", Order.class);
    }

    @Test
    void a_fraction_is_not_cut_to_fit_a_whole_number() {
        assertUnreadable("{\"id\":\"a\",\"lines\":1.9}", Order.class);
    }

    @Test
    void a_number_too_large_for_its_component_is_refused() {
        assertUnreadable("{\"id\":\"a\",\"lines\":2147483648}", Order.class);
    }

    @Test
    void a_name_that_stands_twice_is_refused() {
        assertUnreadable("{\"id\":\"a\",\"lines\":1,\"lines\":2}", Order.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "NaN", "{\"lines\":NaN}", "{} {}", "{'id':'a'}", "/* */ {}"})
    void what_is_not_one_json_object_is_refused(String payload) {
        assertUnreadable(payload, Order.class);
    }

    @Test
    void nesting_is_bounded_at_64_levels() {
        assertThat(codec.decode(nested(64), Anything.class)).isNotNull();
        assertUnreadable(nested(65), Anything.class);
        assertUnreadable(nested(100_000), Anything.class);
    }

    /** An object with {@code depth} levels of nesting, itself included. */
    private static String nested(int depth) {
        return "{\"value\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
    }

    static final AtomicBoolean GADGET_LOADED = new AtomicBoolean();

    /** Tells when it is initialised. */
    static final class Gadget {
        static {
            GADGET_LOADED.set(true);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"@class", "@type", "class", "@c"})
    void a_class_named_in_a_payload_is_not_loaded(String property) {
        var gadget = getClass().getName() + "$Gadget";
        var typed = "{\"%s\":\"%s\",\"value\":{\"%1$s\":\"%2$s\"}}".formatted(property, gadget);
        var wrapped = "{\"value\":[\"%s\",{}]}".formatted(gadget);

        assertThat(codec.decode(typed, Anything.class).value()).isEqualTo(Map.of(property, gadget));
        assertThat(codec.decode(wrapped, Anything.class).value()).isEqualTo(List.of(gadget, Map.of()));
        assertThat(GADGET_LOADED).isFalse();
    }

    private void assertUnreadable(String payload, Class<?> shape) {
        assertThatThrownBy(() -> codec.decode(payload, shape))
                .isInstanceOf(UnreadablePayloadException.class)
                .hasMessageStartingWith("payload is not a " + shape.getSimpleName())
                .hasMessageNotContainingAny(SECRET, "alice")
                .hasNoCause();
    }
}
