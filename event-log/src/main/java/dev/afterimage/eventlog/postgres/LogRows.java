package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.Commit;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.domain.jackson.MetadataJson;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.postgres.CopyBinary;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How an event becomes a row of {@code event_log} and back. */
final class LogRows {

    /** Without the position. */
    static final String COLUMNS = """
            event_id, aggregate_type, aggregate_id, sequence, event_name, event_version, payload, metadata, occurred_at,
              source, transaction_id, committed_at, skipped_reason""";

    private LogRows() {}

    /**
     * Adds the values of {@link #COLUMNS}.
     *
     * @param unknown stands for a commit of which the entry does not say anything
     */
    static void write(CopyBinary row, LogEntry entry, Commit unknown) {
        var event = entry.event();
        var commit = entry.commit().orElse(unknown);
        row.uuid(event.id().value())
                .text(event.aggregate().type())
                .text(event.aggregate().id())
                .bigint(event.sequence())
                .text(event.type().name())
                .integer(event.type().version())
                .text(event.payload())
                .text(MetadataJson.write(event.metadata()))
                .timestamptz(event.occurredAt())
                .text(commit.source())
                .bigint(commit.transactionId())
                .timestamptz(commit.at())
                .text(entry.skipped().orElse(null));
    }

    /** Reads a row of a position and {@link #COLUMNS}, from the given column on. */
    static LoggedEvent read(ResultSet row, int first) throws SQLException {
        var position = new Position(row.getLong(first));
        try {
            return new LoggedEvent(
                    position,
                    event(row, first + 1),
                    Optional.ofNullable(commit(row, first + 10)),
                    Optional.ofNullable(row.getString(first + 13)));
        } catch (RuntimeException e) {
            throw new LogDamagedException(
                    "event %s at position %s cannot be read back: %s"
                            .formatted(row.getString(first + 1), position, e.getMessage()),
                    e);
        }
    }

    private static RecordedEvent event(ResultSet row, int first) throws SQLException {
        return new RecordedEvent(
                new EventId(row.getObject(first, UUID.class)),
                new AggregateRef(row.getString(first + 1), row.getString(first + 2)),
                row.getLong(first + 3),
                new EventType(row.getString(first + 4), row.getInt(first + 5)),
                row.getString(first + 6),
                MetadataJson.read(row.getString(first + 7)),
                row.getObject(first + 8, OffsetDateTime.class).toInstant());
    }

    private static @Nullable Commit commit(ResultSet row, int first) throws SQLException {
        var source = row.getString(first);
        return source == null
                ? null
                : new Commit(source, row.getObject(first + 1, Long.class), instant(row, first + 2));
    }

    static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        var at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
