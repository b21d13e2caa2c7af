package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.domain.jackson.MetadataJson;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What all events of one append share. */
record Envelope(Metadata metadata, Instant occurredAt) {

    /** Cut to what the table keeps, so that the last moment that is allowed is not rounded up to the next year. */
    Envelope {
        occurredAt = occurredAt.truncatedTo(ChronoUnit.MICROS);
    }

    void requireStorable(AggregateRef aggregate) {
        if (!RecordedEvent.canOccurAt(occurredAt)) {
            throw new OutboxException(
                    aggregate,
                    "occurredAt must be in the years 1 to 9999 (UTC) and the clock says %s: see Outbox.withClock"
                            .formatted(occurredAt));
        }
    }

    @Nullable
    String metadataJson() {
        return MetadataJson.write(metadata);
    }

    OffsetDateTime occurredAtUtc() {
        return occurredAt.atOffset(ZoneOffset.UTC);
    }
}
