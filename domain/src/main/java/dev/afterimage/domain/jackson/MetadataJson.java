package dev.afterimage.domain.jackson;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.UnreadablePayloadException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metadata as the stores keep it: a JSON object of strings, or null where there is none. */
public final class MetadataJson {

    private static final ObjectMapper MAPPER = Json.mapper();
    private static final TypeReference<Map<String, String>> PAIRS = new TypeReference<>() {};

    private MetadataJson() {}

    public static @Nullable String write(Metadata metadata) {
        try {
            return metadata.isEmpty() ? null : MAPPER.writeValueAsString(metadata.pairs());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("metadata cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** @throws UnreadablePayloadException if the text is not a JSON object of strings */
    public static Metadata read(@Nullable String json) {
        if (json == null) {
            return Metadata.none();
        }
        try {
            Map<String, String> pairs = MAPPER.readValue(json, PAIRS);
            if (pairs == null) {
                throw new UnreadablePayloadException(Metadata.class, "it is null");
            }
            return new Metadata(pairs);
        } catch (JsonProcessingException e) {
            throw new UnreadablePayloadException(Metadata.class, JsonProblem.describe(e));
        }
    }
}
