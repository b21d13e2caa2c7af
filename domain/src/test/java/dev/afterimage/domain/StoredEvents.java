package dev.afterimage.domain;

import java.time.Instant;

/** Stored events for tests that care about names and payloads only. */
final class StoredEvents {

    private StoredEvents() {}

    static RecordedEvent stored(String aggregateType, EventType type, String payload) {
        return new RecordedEvent(
                EventId.next(), new AggregateRef(aggregateType, "1"), 1, type, payload, Metadata.none(), Instant.EPOCH);
    }

    static RecordedEvent stored(String aggregateType, String eventName) {
        return stored(aggregateType, new EventType(eventName, 1), "{}");
    }
}
