package dev.afterimage.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetadataTest {

    @Test
    void pairs_are_added_to_a_copy() {
        var one = Metadata.of(Metadata.CORRELATION_ID, "c-1");
        var two = one.with(Metadata.CAUSATION_ID, "e-1");

        assertThat(one.pairs()).isEqualTo(Map.of("correlationId", "c-1"));
        assertThat(two.get(Metadata.CAUSATION_ID)).contains("e-1");
        assertThat(two.get(Metadata.TRACEPARENT)).isEmpty();
    }

    @Test
    void metadata_does_not_change_with_the_map_it_was_made_of() {
        var pairs = new HashMap<>(Map.of("a", "1"));
        var metadata = new Metadata(pairs);
        pairs.put("b", "2");

        assertThat(metadata.pairs()).containsOnlyKeys("a");
        assertThatThrownBy(() -> metadata.pairs().put("c", "3")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void equal_pairs_make_equal_metadata_in_whatever_order_they_came() {
        assertThat(Metadata.of("a", "1").with("b", "2"))
                .isEqualTo(Metadata.of("b", "2").with("a", "1"));
        assertThat(Metadata.none().isEmpty()).isTrue();
    }

    @Test
    void half_of_a_surrogate_pair_is_refused_and_the_value_is_not_quoted() {
        assertThatThrownBy(() -> Metadata.of("user", "secret\ud800"))
                .hasMessage(
                        "metadata user has half of a surrogate pair: no store can keep it, cut texts between characters");
        assertThatThrownBy(() -> Metadata.of("\udc00", "1")).hasMessageContaining("a key of the metadata");
    }

    /** What a logging context lacks is null. */
    @Test
    void a_pair_whose_value_is_null_is_left_out() {
        var pairs = new HashMap<String, @Nullable String>();
        pairs.put("correlationId", null);
        pairs.put("traceparent", "t");

        assertThat(new Metadata(withoutTypes(pairs)).pairs()).isEqualTo(Map.of("traceparent", "t"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> withoutTypes(Map<?, ?> pairs) {
        return (Map<String, String>) pairs;
    }
}
