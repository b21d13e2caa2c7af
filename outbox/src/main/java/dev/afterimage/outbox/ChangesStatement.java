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
 * such statements never wait for each other in a circle; then it inserts the events in the caller's order. As in
 * {@link AppendStatement}, every name has its schema. The arrays are subqueries of one row, which the server evaluates
 * once and looks into: in a join, each row would carry the whole array.
 */
record ChangesStatement(ChangesRows changes, Envelope envelope) {

    private static final String GIVEN = """
            given AS (
              SELECT type, id, events, expected, place,
                pg_catalog.row_number() OVER (ORDER BY type COLLATE pg_catalog."C", id COLLATE pg_catalog."C") AS rank
              FROM unnest(?, ?, ?, ?) WITH ORDINALITY AS g (type, id, events, expected, place)
            )""";
    private static final String APPEND = """
            WITH %s, moved AS (
              INSERT INTO afterimage.outbox_head AS head (aggregate_type, aggregate_id, sequence)
                SELECT type, id, events FROM given ORDER BY rank
                ON CONFLICT (aggregate_type, aggregate_id) DO UPDATE
                  SET sequence = head.sequence OPERATOR(pg_catalog.+) excluded.sequence
                RETURNING aggregate_type, aggregate_id, sequence
            ), ranked AS (
              SELECT pg_catalog.array_agg(sequence
                ORDER BY aggregate_type COLLATE pg_catalog."C", aggregate_id COLLATE pg_catalog."C") AS sequences
              FROM moved
            ), placed AS (
              SELECT pg_catalog.array_agg(before ORDER BY place) AS befores,
                coalesce(pg_catalog.bool_and(before OPERATOR(pg_catalog.=) expected), true) AS as_expected
              FROM (SELECT (SELECT sequences FROM ranked)[rank] OPERATOR(pg_catalog.-) events AS before, expected, place
                FROM given OFFSET 0) AS each
            ), recorded AS (
              INSERT INTO afterimage.outbox (event_id, aggregate_type, aggregate_id, sequence,
                                             event_name, event_version, payload, metadata, occurred_at)
              SELECT e.id, e.aggregate_type, e.aggregate_id, (SELECT befores FROM placed)[e.head] OPERATOR(pg_catalog.+) e.number, e.name, e.version, e.payload::pg_catalog.json, ?::pg_catalog.json, ?
              FROM unnest(?, ?, ?, ?, ?, ?, ?, ?) WITH ORDINALITY
                AS e (id, aggregate_type, aggregate_id, head, number, name, version, payload, place)
              WHERE (SELECT as_expected FROM placed)
              ORDER BY e.place
            )
            SELECT as_expected, befores FROM placed
            """.formatted(GIVEN);

    /** The heads are locked by this transaction and have no events after the sequence that they go back to. */
    private static final String TAKE_HEADS_BACK = """
            WITH %s, back AS (
              UPDATE afterimage.outbox_head SET sequence = sequence OPERATOR(pg_catalog.-) events
                FROM given WHERE aggregate_type OPERATOR(pg_catalog.=) type AND aggregate_id OPERATOR(pg_catalog.=) id
                  AND sequence OPERATOR(pg_catalog.>) events
            )
            DELETE FROM afterimage.outbox_head USING given
              WHERE aggregate_type OPERATOR(pg_catalog.=) type AND aggregate_id OPERATOR(pg_catalog.=) id
                AND sequence OPERATOR(pg_catalog.=) events
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
