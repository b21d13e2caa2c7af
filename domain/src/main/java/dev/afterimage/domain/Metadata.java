package dev.afterimage.domain;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** What travels beside an event's payload, as string pairs: who caused it, and the trace it belongs to. */
public record Metadata(Map<String, String> pairs) {

    /** The conversation an event belongs to. */
    public static final String CORRELATION_ID = "correlationId";

    /** The command or event that caused this one. */
    public static final String CAUSATION_ID = "causationId";

    /** The <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C trace context</a> of the writer. */
    public static final String TRACEPARENT = "traceparent";

    private static final Metadata NONE = new Metadata(Map.of());

    /** @param pairs without lone surrogates; a pair whose value is null is left out */
    public Metadata {
        var kept = new TreeMap<>(pairs);
        kept.values().removeIf(Objects::isNull);
        kept.forEach(Metadata::requireStorable);
        pairs = Collections.unmodifiableMap(kept);
    }

    /** Says which pair, but not its value, which may be personal data. */
    private static void requireStorable(String key, String value) {
        if (Text.hasLoneSurrogate(key)) {
            throw new IllegalArgumentException(
                    "a key of the metadata has half of a surrogate pair: no store can keep it");
        }
        if (Text.hasLoneSurrogate(value)) {
            throw new IllegalArgumentException(
                    "metadata %s has half of a surrogate pair: no store can keep it, cut texts between characters"
                            .formatted(key));
        }
    }

    public static Metadata none() {
        return NONE;
    }

    public static Metadata of(String key, String value) {
        return NONE.with(key, value);
    }

    public Metadata with(String key, String value) {
        var copy = new TreeMap<>(pairs);
        copy.put(key, value);
        return new Metadata(copy);
    }

    public Optional<String> get(String key) {
        return Optional.ofNullable(pairs.get(key));
    }

    public boolean isEmpty() {
        return pairs.isEmpty();
    }
}
