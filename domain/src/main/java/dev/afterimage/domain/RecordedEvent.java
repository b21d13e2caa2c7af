package dev.afterimage.domain;

import java.time.Instant;

/**
 * An event in its envelope, as the outbox and the log keep it.
 *
 * @param sequence the event's place in its aggregate's history: 1, 2, 3 … without gaps
 * @param payload the event as the writer's codec wrote it; no store parses it
 * @param occurredAt the writer's clock when it recorded the event, in the years 1 to 9999; never used for ordering
 */
public record RecordedEvent(
        EventId id,
        AggregateRef aggregate,
        long sequence,
        EventType type,
        String payload,
        Metadata metadata,
        Instant occurredAt) {

    private static final Instant FIRST_MOMENT = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant TOO_LATE = Instant.parse("+10000-01-01T00:00:00Z");

    /** The outbox's table holds the same rules, so that what it accepts can be read. */
    public RecordedEvent {
        if (sequence < 1) {
            throw new IllegalArgumentException("sequence of %s must be 1 or more, was %d".formatted(id, sequence));
        }
        if (!canOccurAt(occurredAt)) {
            throw new IllegalArgumentException(
                    "occurredAt of %s must be in the years 1 to 9999 (UTC), was %s".formatted(id, occurredAt));
        }
    }

    /** Whether the stores can keep a time: it must be in the years 1 to 9999 (UTC), which SQL and ISO 8601 share. */
    public static boolean canOccurAt(Instant time) {
        return !time.isBefore(FIRST_MOMENT) && time.isBefore(TOO_LATE);
    }

    /** Names the event for people, without its payload. */
    public String describe() {
        return "%s %s (%s #%d)".formatted(type, id, aggregate, sequence);
    }
}
