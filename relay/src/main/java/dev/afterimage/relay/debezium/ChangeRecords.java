package dev.afterimage.relay.debezium;

import dev.afterimage.domain.Commit;
import dev.afterimage.domain.EventId;
import dev.afterimage.postgres.Migrations;
import dev.afterimage.relay.Change;
import dev.afterimage.relay.Lsn;
import dev.afterimage.relay.source.OutboxRow;
import dev.afterimage.relay.source.UnreadableRowException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Turns Debezium's records of one source into our changes. */
record ChangeRecords(String source) {

    private static final Pattern CANARY = Pattern.compile("(\\S+) (\\d{1,16})");

    /** Empty for a record that is neither an inserted outbox row nor a message. */
    Optional<Change> read(SourceRecord record) {
        if (!(record.value() instanceof Struct value)) {
            return Optional.empty();
        }
        if (value.schema().field("message") != null) {
            var content = value.getStruct("message").getBytes("content");
            return Optional.of(canary(new String(content, StandardCharsets.UTF_8), acknowledges(record)));
        }
        if (value.schema().field("after") != null && value.getStruct("after") != null) {
            return inserted(value, value.getStruct("after"), acknowledges(record));
        }
        return Optional.empty();
    }

    /** {@code <token> <microseconds since 1970>}; whatever else somebody sends is a token. */
    private static Change canary(String content, Lsn acknowledges) {
        var canary = CANARY.matcher(content);
        return canary.matches()
                ? new Change.Canary(canary.group(1), Optional.of(micros(Long.parseLong(canary.group(2)))), acknowledges)
                : new Change.Canary(content, Optional.empty(), acknowledges);
    }

    /** Empty for a row of somebody else's table that is called as ours. */
    private Optional<Change> inserted(Struct value, Struct row, Lsn acknowledges) {
        var schema = value.getStruct("source").getString("schema");
        if (schema.equals(Migrations.SCHEMA)) {
            return Optional.of(row(value, row, acknowledges));
        }
        return row.schema().field("event_id") == null
                ? Optional.empty()
                : Optional.of(new Change.Misnamed("the table was in schema \"%s\"".formatted(schema), acknowledges));
    }

    private Change row(Struct value, Struct struct, Lsn acknowledges) {
        OutboxRow row;
        try {
            row = row(struct);
        } catch (DataException e) {
            return new Change.Misnamed("the table had other columns (%s)".formatted(e.getMessage()), acknowledges);
        }
        try {
            return new Change.Recorded(row.event(), commit(value), acknowledges);
        } catch (UnreadableRowException e) {
            return new Change.Unreadable(e, commit(value), acknowledges);
        }
    }

    /** What the connector confirms to the server for this record: see its {@code performCommit}. */
    private static Lsn acknowledges(SourceRecord record) {
        var offset = record.sourceOffset();
        var lsn = offset.get("lsn_commit") instanceof Number commit ? commit : offset.get("lsn_proc");
        return new Lsn(lsn instanceof Number number ? number.longValue() : 0);
    }

    private Commit commit(Struct value) {
        var origin = value.getStruct("source");
        return new Commit(source, origin.getInt64("txId"), at(origin.getInt64("ts_us")));
    }

    private static @Nullable Instant at(@Nullable Long micros) {
        return micros == null ? null : micros(micros);
    }

    private static Instant micros(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static OutboxRow row(Struct row) {
        return new OutboxRow(
                EventId.parse(row.getString("event_id")),
                row.getString("aggregate_type"),
                row.getString("aggregate_id"),
                row.getInt64("sequence"),
                row.getString("event_name"),
                row.getInt32("event_version"),
                row.getString("payload"),
                row.getString("metadata"),
                row.getString("occurred_at"));
    }
}
