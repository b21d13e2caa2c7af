package dev.afterimage.relay.source;

import dev.afterimage.domain.EventId;
import dev.afterimage.postgres.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;

/** Reads the outbox as a table, a few rows at a time, in the transaction of its connection. */
public final class OutboxReader {

    private static final int FETCH_IDS = 10_000;

    /** A row is 1 MiB at most. */
    private static final int FETCH_EVENTS = 8;

    private static final String IN_ANY_ORDER = "SELECT event_id FROM afterimage.outbox";
    private static final String IN_ORDER = """
            SELECT event_id FROM (
              SELECT event_id, sequence,
                pg_catalog.max(transaction_id::text::numeric) OVER history AS placed_by,
                pg_catalog.max(event_id::text) OVER history AS then_by
              FROM afterimage.outbox
              WINDOW history AS (PARTITION BY aggregate_type, aggregate_id ORDER BY sequence)
            ) placed ORDER BY placed_by, then_by, sequence""";
    private static final String EVENTS = """
            SELECT event_id, aggregate_type, aggregate_id, sequence, event_name, event_version, payload, metadata,
              occurred_at
            FROM pg_catalog.unnest(?) WITH ORDINALITY AS wanted (event_id, place)
              JOIN afterimage.outbox USING (event_id)
            ORDER BY place""";

    private static final String PLACES = """
            SELECT pg_catalog.format('%s %s (%s %s #%s)', event_name, event_id, aggregate_type, aggregate_id, sequence),
              pg_catalog.isfinite(occurred_at), occurred_at
            FROM afterimage.outbox WHERE event_id = ANY (?)""";

    private final Connection transaction;

    /** Which event it is, for people, and when its writer recorded it by the writer's clock. */
    public record Place(String description, Instant recordedAt) {

        public boolean recordedBefore(Instant time) {
            return recordedAt.isBefore(time);
        }
    }

    public OutboxReader(Connection transaction) {
        this.transaction = transaction;
    }

    /**
     * The ids of all rows. The table does not know the order of commits, so this follows the writers' transactions; a
     * later event of an aggregate never comes before an earlier one, because each row is placed no earlier than the
     * rows before it in its aggregate.
     */
    public Rows<EventId> idsInOrder() {
        return rows(IN_ORDER, FETCH_IDS, row -> new EventId(row.getObject(1, UUID.class)), List.of());
    }

    public Rows<EventId> ids() {
        return rows(IN_ANY_ORDER, FETCH_IDS, row -> new EventId(row.getObject(1, UUID.class)), List.of());
    }

    /** The rows with these ids, in the order of the ids. */
    public Rows<OutboxRow> rows(List<EventId> ids) {
        return rows(EVENTS, FETCH_EVENTS, OutboxReader::row, ids);
    }

    /** What people want to know of these rows, in any order. */
    public Rows<Place> places(List<EventId> ids) {
        return rows(PLACES, FETCH_IDS, OutboxReader::place, ids);
    }

    private static Place place(ResultSet row) throws SQLException {
        var recordedAt =
                row.getBoolean(2) ? row.getObject(3, OffsetDateTime.class).toInstant() : Instant.MIN;
        return new Place(row.getString(1), recordedAt);
    }

    private static OutboxRow row(ResultSet row) throws SQLException {
        return new OutboxRow(
                new EventId(row.getObject(1, UUID.class)),
                row.getString(2),
                row.getString(3),
                row.getLong(4),
                row.getString(5),
                row.getInt(6),
                row.getString(7),
                row.getString(8),
                row.getObject(9, OffsetDateTime.class).toString());
    }

    private <T> Rows<T> rows(String sql, int fetch, Reading<T> reading, List<EventId> ids) {
        try {
            var statement = transaction.prepareStatement(sql);
            statement.setFetchSize(fetch);
            if (!ids.isEmpty()) {
                var values = ids.stream().map(EventId::value).toArray();
                statement.setArray(1, transaction.createArrayOf("uuid", values));
            }
            return new Rows<>(statement, statement.executeQuery(), reading);
        } catch (SQLException e) {
            throw new DatabaseException("reading the outbox", e);
        }
    }

    /** Makes a value of the row that a result stands at. */
    private interface Reading<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Rows that are fetched as they are asked for. */
    public static final class Rows<T> implements Iterator<T>, AutoCloseable {

        private final PreparedStatement statement;
        private final ResultSet result;
        private final Reading<T> reading;
        private boolean atRow;
        private boolean atEnd;

        private Rows(PreparedStatement statement, ResultSet result, Reading<T> reading) {
            this.statement = statement;
            this.result = result;
            this.reading = reading;
        }

        @Override
        public boolean hasNext() {
            try {
                if (!atRow && !atEnd) {
                    atRow = result.next();
                    atEnd = !atRow;
                }
                return atRow;
            } catch (SQLException e) {
                throw new DatabaseException("reading the outbox", e);
            }
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            try {
                atRow = false;
                return reading.read(result);
            } catch (SQLException e) {
                throw new DatabaseException("reading the outbox", e);
            }
        }

        @Override
        public void close() {
            try {
                statement.close();
            } catch (SQLException e) {
                throw new DatabaseException("reading the outbox", e);
            }
        }
    }
}
