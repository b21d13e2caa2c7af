package dev.afterimage.domain.jackson;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.afterimage.domain.EventCodec;
import dev.afterimage.domain.UnreadablePayloadException;

/**
 * Events as JSON objects, one property for each component of the record. A component that the payload lacks makes it
 * unreadable, unless it is an {@code Optional} or annotated {@code @Nullable}; a null that the writer recorded is null.
 */
public final class JacksonEventCodec implements EventCodec {

    private final ObjectMapper mapper = RequiredComponents.in(Json.mapper());
    private final ClassValue<ObjectReader> readers = new ClassValue<>() {
        @Override
        protected ObjectReader computeValue(Class<?> shape) {
            return mapper.readerFor(shape);
        }
    };

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if Jackson cannot write the record
     */
    @Override
    public String encode(Object event) {
        try {
            return mapper.writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "%s cannot be written as JSON: %s"
                            .formatted(event.getClass().getName(), e.getOriginalMessage()),
                    e);
        }
    }

    @Override
    public <E> E decode(String payload, Class<E> shape) {
        try {
            E event = readers.get(shape).readValue(payload);
            if (event == null) {
                throw new UnreadablePayloadException(shape, "it is null");
            }
            return event;
        } catch (JsonProcessingException e) {
            throw new UnreadablePayloadException(shape, JsonProblem.describe(e));
        }
    }
}
