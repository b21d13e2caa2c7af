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
import dev.afterimage.postgres.CopyText;
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

    /** Adds the values of {@link #COLUMNS}. */
    static void write(CopyText row, RecordedEvent event, @Nullable Commit commit, @Nullable String skipped) {
        row.add(event.id().toString())
                .add(event.aggregate().type())
                .add(event.aggregate().id())
                .add(event.sequence())
                .add(event.type().name())
                .add(event.type().version())
                .add(event.payload())
                .add(MetadataJson.write(event.metadata()))
                .add(event.occurredAt().toString())
                .add(commit == null ? null : commit.source())
                .add(commit == null ? null : text(commit.transactionId()))
                .add(commit == null ? null : text(commit.at()))
                .add(skipped);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
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
