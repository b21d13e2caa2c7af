package dev.afterimage.relay;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.domain.jackson.MetadataJson;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads the outbox as a table, for repair. */
final class OutboxReader {

    private static final int FETCH_ROWS = 10_000;

    private OutboxReader() {}

    /**
     * The ids of all rows. The table does not know the order of commits, so this follows the writers' transactions; a
     * later event of an aggregate never comes before an earlier one, because each row is placed no earlier than the
     * rows before it in its aggregate.
     */
    static List<EventId> ids(Connection connection) throws SQLException {
        var sql = """
                SELECT event_id FROM (
                  SELECT event_id, sequence,
                    max(transaction_id::text::numeric) OVER history AS placed_by,
                    max(event_id::text) OVER history AS then_by
                  FROM afterimage.outbox
                  WINDOW history AS (PARTITION BY aggregate_type, aggregate_id ORDER BY sequence)
                ) placed ORDER BY placed_by, then_by, sequence""";
        try (var statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_ROWS);
            try (var rows = statement.executeQuery(sql)) {
                var ids = new ArrayList<EventId>();
                while (rows.next()) {
                    ids.add(new EventId(rows.getObject(1, UUID.class)));
                }
                return ids;
            }
        }
    }

    /** The events with these ids, in the order of the ids. */
    static List<RecordedEvent> events(Connection connection, List<EventId> ids) throws SQLException {
        var sql = """
                SELECT event_id, aggregate_type, aggregate_id, sequence, event_name, event_version, payload, metadata,
                  occurred_at
                FROM unnest(?) WITH ORDINALITY AS wanted (event_id, place) JOIN afterimage.outbox USING (event_id)
                ORDER BY place""";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "uuid", ids.stream().map(EventId::value).toArray()));
            try (var rows = statement.executeQuery()) {
                var events = new ArrayList<RecordedEvent>();
                while (rows.next()) {
                    events.add(event(rows));
                }
                return events;
            }
        }
    }

    private static RecordedEvent event(ResultSet row) throws SQLException {
        return new RecordedEvent(
                new EventId(row.getObject(1, UUID.class)),
                new AggregateRef(row.getString(2), row.getString(3)),
                row.getLong(4),
                new EventType(row.getString(5), row.getInt(6)),
                row.getString(7),
                MetadataJson.read(row.getString(8)),
                row.getObject(9, OffsetDateTime.class).toInstant());
    }
}
