package dev.afterimage.domain.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.UnreadablePayloadException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataJsonTest {

    @Test
    void metadata_comes_back_equal() {
        var metadata = Metadata.of("correlationId", "ü \"1\"\n\0").with("traceparent", "");

        assertThat(MetadataJson.read(MetadataJson.write(metadata))).isEqualTo(metadata);
    }

    @Test
    void no_metadata_is_null_and_null_is_no_metadata() {
        assertThat(MetadataJson.write(Metadata.none())).isNull();
        assertThat(MetadataJson.read(null)).isEqualTo(Metadata.none());
    }

    @Test
    void a_null_is_no_pair() {
        assertThat(MetadataJson.read("{\"a\":null,\"b\":\"1\"}")).isEqualTo(Metadata.of("b", "1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "[1]",
                "\"secret\"",
                "{\"a\":{\"b\":\"secret\"}}",
                "{\"a\":1}",
                "{\"a\":1.5}",
                "{\"a\":true}",
                "{\"a\":[\"secret\"]}",
                "{\"a\":\"1\",\"a\":\"secret\"}",
                "{\"a\":\"1\",\"\\u0061\":\"secret\"}",
                "{\"a\":\"\\ud800\"}",
                "{\"\\udc00\":\"secret\"}",
                "{",
                ""
            })
    void what_is_not_an_object_of_strings_is_refused_without_being_quoted(String json) {
        assertThatThrownBy(() -> MetadataJson.read(json))
                .isInstanceOf(UnreadablePayloadException.class)
                .hasMessageStartingWith("payload is not a Metadata")
                .hasMessageNotContaining("secret");
    }
}
