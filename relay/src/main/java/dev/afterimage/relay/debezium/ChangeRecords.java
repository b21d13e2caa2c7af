package dev.afterimage.relay.debezium;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.domain.jackson.MetadataJson;
import dev.afterimage.relay.Change;
import dev.afterimage.relay.Lsn;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Turns Debezium's records into our changes. */
final class ChangeRecords {

    private ChangeRecords() {}

    /** Empty for a record that is neither an inserted outbox row nor a canary. */
    static Optional<Change> read(SourceRecord record) {
        if (!(record.value() instanceof Struct value)) {
            return Optional.empty();
        }
        if (value.schema().field("message") != null) {
            var content = value.getStruct("message").getBytes("content");
            return Optional.of(new Change.Canary(new String(content, StandardCharsets.UTF_8), acknowledges(record)));
        }
        if (value.schema().field("after") != null && value.getStruct("after") != null) {
            return Optional.of(new Change.Recorded(event(value.getStruct("after")), acknowledges(record)));
        }
        return Optional.empty();
    }

    /** What the connector confirms to the server for this record: see its {@code performCommit}. */
    private static Lsn acknowledges(SourceRecord record) {
        var offset = record.sourceOffset();
        var lsn = offset.get("lsn_commit") instanceof Number commit ? commit : offset.get("lsn_proc");
        return new Lsn(lsn instanceof Number number ? number.longValue() : 0);
    }

    private static RecordedEvent event(Struct row) {
        return new RecordedEvent(
                EventId.parse(row.getString("event_id")),
                new AggregateRef(row.getString("aggregate_type"), row.getString("aggregate_id")),
                row.getInt64("sequence"),
                new EventType(row.getString("event_name"), row.getInt32("event_version")),
                row.getString("payload"),
                MetadataJson.read(row.getString("metadata")),
                OffsetDateTime.parse(row.getString("occurred_at")).toInstant());
    }
}
