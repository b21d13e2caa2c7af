package dev.afterimage.outbox;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One append to several aggregates as one statement. It moves the heads in one order, whatever the caller's, so two
 * such statements never wait for each other in a circle; then it inserts the events in the caller's order.
 */
record ChangesStatement(ChangesRows changes, Envelope envelope) {

    private static final String GIVEN = """
            given AS (
              SELECT type, id, events, expected, place,
                row_number() OVER (ORDER BY type COLLATE "C", id COLLATE "C") AS rank
              FROM unnest(?, ?, ?, ?) WITH ORDINALITY AS g (type, id, events, expected, place)
            )""";
    private static final String APPEND = """
            WITH %s, moved AS (
              INSERT INTO afterimage.outbox_head AS head (aggregate_type, aggregate_id, sequence)
                SELECT type, id, events FROM given ORDER BY rank
                ON CONFLICT (aggregate_type, aggregate_id) DO UPDATE SET sequence = head.sequence + excluded.sequence
                RETURNING aggregate_type, aggregate_id, sequence
            ), ranked AS (
              SELECT array_agg(sequence ORDER BY aggregate_type COLLATE "C", aggregate_id COLLATE "C") AS sequences
              FROM moved
            ), placed AS (
              SELECT array_agg(sequences[rank] - events ORDER BY place) AS befores,
                coalesce(bool_and(sequences[rank] - events = expected), true) AS as_expected
              FROM given, ranked
            ), recorded AS (
              INSERT INTO afterimage.outbox (event_id, aggregate_type, aggregate_id, sequence,
                                             event_name, event_version, payload, metadata, occurred_at)
              SELECT e.id, e.aggregate_type, e.aggregate_id, placed.befores[e.head] + e.number,
                e.name, e.version, e.payload::json, ?::json, ?
              FROM placed, unnest(?, ?, ?, ?, ?, ?, ?, ?) WITH ORDINALITY
                AS e (id, aggregate_type, aggregate_id, head, number, name, version, payload, place)
              WHERE placed.as_expected
              ORDER BY e.place
            )
            SELECT as_expected, befores FROM placed
            """.formatted(GIVEN);

    /** The heads are locked by this transaction and have no events after the sequence that they go back to. */
    private static final String TAKE_HEADS_BACK = """
            WITH %s, back AS (
              UPDATE afterimage.outbox_head SET sequence = sequence - events
                FROM given WHERE aggregate_type = type AND aggregate_id = id AND sequence > events
            )
            DELETE FROM afterimage.outbox_head USING given
              WHERE aggregate_type = type AND aggregate_id = id AND sequence = events
            """.formatted(GIVEN);

    ChangesResult run(Connection transaction) {
        try {
            Outbox.requireTransaction(transaction, changes.first());
            try (var statement = transaction.prepareStatement(APPEND)) {
                bind(statement, transaction);
                try (var result = statement.executeQuery()) {
                    result.next();
                    var befores = List.of((Long[]) result.getArray(2).getArray());
                    if (result.getBoolean(1)) {
                        return changes.appended(befores);
                    }
                    takeHeadsBack(transaction);
                    return changes.conflicts(befores);
                }
            }
        } catch (SQLException e) {
            throw OutboxException.of(changes.first(), e);
        }
    }

    private void bind(PreparedStatement statement, Connection connection) throws SQLException {
        int i = bindHeads(statement, connection);
        statement.setString(++i, envelope.metadataJson());
        statement.setObject(++i, envelope.occurredAtUtc());
        for (var column : events(connection)) {
            statement.setArray(++i, column);
        }
    }

    private int bindHeads(PreparedStatement statement, Connection connection) throws SQLException {
        int i = 0;
        statement.setArray(
                ++i, heads(connection, "text", head -> head.aggregate().type()));
        statement.setArray(
                ++i, heads(connection, "text", head -> head.aggregate().id()));
        statement.setArray(++i, heads(connection, "int8", ChangesRows.Head::events));
        statement.setArray(++i, heads(connection, "int8", head -> boxed(head.expected())));
        return i;
    }

    private Array[] events(Connection connection) throws SQLException {
        return new Array[] {
            events(connection, "uuid", event -> event.row().id().value()),
            events(connection, "text", event -> event.aggregate().type()),
            events(connection, "text", event -> event.aggregate().id()),
            events(connection, "int4", ChangesRows.Event::head),
            events(connection, "int4", ChangesRows.Event::number),
            events(connection, "text", event -> event.row().type().name()),
            events(connection, "int4", event -> event.row().type().version()),
            events(connection, "text", event -> event.row().payload())
        };
    }

    private Array heads(Connection connection, String type, Function<ChangesRows.Head, @Nullable Object> value)
            throws SQLException {
        return connection.createArrayOf(
                type, changes.heads().stream().map(value).toArray());
    }

    private Array events(Connection connection, String type, Function<ChangesRows.Event, Object> value)
            throws SQLException {
        return connection.createArrayOf(
                type, changes.events().stream().map(value).toArray());
    }

    private static @Nullable Long boxed(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }

    private void takeHeadsBack(Connection transaction) throws SQLException {
        try (var statement = transaction.prepareStatement(TAKE_HEADS_BACK)) {
            bindHeads(statement, transaction);
            statement.executeUpdate();
        }
    }
}
