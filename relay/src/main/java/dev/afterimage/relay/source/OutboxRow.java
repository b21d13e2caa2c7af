package dev.afterimage.relay.source;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.Commit;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.domain.jackson.MetadataJson;
import dev.afterimage.eventlog.LogEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A row of the outbox as it is, readable or not. */
public record OutboxRow(
        EventId id,
        String aggregateType,
        String aggregateId,
        long sequence,
        String eventName,
        int eventVersion,
        String payload,
        @Nullable String metadata,
        String occurredAt) {

    private static final int MAX_YEAR = 9999;

    /** @throws UnreadableRowException if a column holds what the outbox's own API would have refused */
    public RecordedEvent event() {
        try {
            return new RecordedEvent(
                    id,
                    new AggregateRef(aggregateType, aggregateId),
                    sequence,
                    new EventType(eventName, eventVersion),
                    payload,
                    MetadataJson.read(metadata),
                    occurred());
        } catch (RuntimeException e) {
            throw new UnreadableRowException(this, Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
        }
    }

    private Instant occurred() {
        OffsetDateTime occurred;
        try {
            occurred = OffsetDateTime.parse(occurredAt).withOffsetSameInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("occurred_at is no time: " + occurredAt, e);
        }
        if (occurred.getYear() < 1 || occurred.getYear() > MAX_YEAR) {
            throw new IllegalArgumentException(
                    "occurred_at must be in the years 1..%d, was in %d".formatted(MAX_YEAR, occurred.getYear()));
        }
        return occurred.toInstant();
    }

    /**
     * Keeps the row's place in its aggregate without its content. Where the aggregate's id is what cannot be read, no
     * aggregate has a place to keep, and the row stands alone.
     */
    public LogEntry leftOut(Commit commit, String reason) {
        var at = Objects.requireNonNullElse(commit.at(), Instant.EPOCH);
        try {
            var aggregate = new AggregateRef(aggregateType, aggregateId);
            return LogEntry.skipped(id, aggregate, sequence, at, commit, reason);
        } catch (RuntimeException e) {
            return alone(id, aggregateType, at, commit, reason);
        }
    }

    /** An event that has no place in its aggregate: it stands in the log as the only one of an aggregate of its own. */
    public static LogEntry alone(EventId id, String aggregateType, Instant at, Commit commit, String reason) {
        return LogEntry.skipped(id, new AggregateRef(aggregateType, "skipped " + id), 1, at, commit, reason);
    }

    /** Names the row for people, without its payload. */
    public String describe() {
        return "%s %s (%s #%d)".formatted(eventName, id, aggregateType, sequence);
    }
}
