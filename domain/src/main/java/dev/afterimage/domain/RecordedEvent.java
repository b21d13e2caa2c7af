package dev.afterimage.domain;

import java.time.Instant;

/**
 * An event in its envelope, as the outbox and the log keep it.
 *
 * @param sequence the event's place in its aggregate's history: 1, 2, 3 … without gaps
 * @param payload the event as the writer's codec wrote it; no store parses it
 * @param occurredAt the writer's clock when it recorded the event; never used for ordering
 */
public record RecordedEvent(
        EventId id,
        AggregateRef aggregate,
        long sequence,
        EventType type,
        String payload,
        Metadata metadata,
        Instant occurredAt) {

    /** Names the event for people, without its payload. */
    public String describe() {
        return "%s %s (%s #%d)".formatted(type, id, aggregate, sequence);
    }
}
