package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.domain.jackson.MetadataJson;
import dev.afterimage.postgres.CopyText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** How an event becomes a row of {@code event_log} and back. */
final class LogRows {

    static final String COPY = """
            COPY afterimage.event_log (position, event_id, aggregate_type, aggregate_id, sequence, event_name,
              event_version, payload, metadata, occurred_at) FROM STDIN""";

    static final String SELECT = """
            SELECT position, event_id, aggregate_type, aggregate_id, sequence, event_name,
              event_version, payload, metadata, occurred_at
            FROM afterimage.event_log WHERE position > ? ORDER BY position LIMIT ?""";

    private LogRows() {}

    static List<LoggedEvent> numberedTo(Position last, List<RecordedEvent> events) {
        var logged = new ArrayList<LoggedEvent>(events.size());
        long before = last.value() - events.size();
        for (var event : events) {
            logged.add(new LoggedEvent(new Position(++before), event));
        }
        return logged;
    }

    static void write(CopyText row, LoggedEvent logged) {
        var event = logged.event();
        row.add(logged.position().value())
                .add(event.id().toString())
                .add(event.aggregate().type())
                .add(event.aggregate().id())
                .add(event.sequence())
                .add(event.type().name())
                .add(event.type().version())
                .add(event.payload())
                .add(MetadataJson.write(event.metadata()))
                .add(event.occurredAt().toString());
    }

    static LoggedEvent read(ResultSet row) throws SQLException {
        var event = new RecordedEvent(
                new EventId(row.getObject(2, UUID.class)),
                new AggregateRef(row.getString(3), row.getString(4)),
                row.getLong(5),
                new EventType(row.getString(6), row.getInt(7)),
                row.getString(8),
                MetadataJson.read(row.getString(9)),
                row.getObject(10, OffsetDateTime.class).toInstant());
        return new LoggedEvent(new Position(row.getLong(1)), event);
    }
}
