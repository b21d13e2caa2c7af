package dev.afterimage.domain.jackson;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.UnreadablePayloadException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metadata as the stores keep it: a JSON object of strings, or null where there is none. */
public final class MetadataJson {

    private static final ObjectMapper MAPPER = withoutCoercion(Json.mapper());
    private static final TypeReference<Map<String, String>> PAIRS = new TypeReference<>() {};

    private MetadataJson() {}

    private static ObjectMapper withoutCoercion(ObjectMapper mapper) {
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        return mapper;
    }

    public static @Nullable String write(Metadata metadata) {
        try {
            return metadata.isEmpty() ? null : MAPPER.writeValueAsString(metadata.pairs());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("metadata cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * The pairs of a JSON object; those whose value is null are left out.
     *
     * @throws UnreadablePayloadException if the text is not a JSON object of strings, each key once and no lone
     *     surrogate in it; the outbox's table holds the same rule
     */
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
        } catch (IllegalArgumentException e) {
            throw new UnreadablePayloadException(Metadata.class, "it has a lone surrogate");
        }
    }
}
