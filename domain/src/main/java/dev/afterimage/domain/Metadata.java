package dev.afterimage.domain;

import java.util.Collections;
import java.util.Map;
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

    public Metadata {
        pairs = Collections.unmodifiableMap(new TreeMap<>(pairs));
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
