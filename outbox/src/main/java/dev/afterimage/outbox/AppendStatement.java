package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.CommitToken;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One append as one statement: it moves the aggregate's head row and inserts the events numbered from it. The head row
 * stays locked until the caller commits, so the order of sequences is the order of commits. The search path is the
 * caller's, so every function, operator and type has its schema; {@code unnest} of several arrays is always
 * PostgreSQL's.
 */
record AppendStatement(AggregateRef aggregate, List<OutboxRows.Row> rows, Envelope envelope) {

    static final long AFTER_WHATEVER_IS_THERE = -1;

    private static final String MOVE_HEAD = """
            INSERT INTO afterimage.outbox_head AS head (aggregate_type, aggregate_id, sequence)
              VALUES (?, ?, ?)
              ON CONFLICT (aggregate_type, aggregate_id) DO UPDATE
                SET sequence = head.sequence OPERATOR(pg_catalog.+) excluded.sequence
              RETURNING sequence
            """;
    private static final String MAKE_HEAD = """
            INSERT INTO afterimage.outbox_head (aggregate_type, aggregate_id, sequence)
              VALUES (?, ?, ?)
              ON CONFLICT (aggregate_type, aggregate_id) DO NOTHING
              RETURNING sequence
            """;
    private static final String MOVE_EXPECTED_HEAD = """
            UPDATE afterimage.outbox_head SET sequence = sequence OPERATOR(pg_catalog.+) p.events
              FROM (VALUES (?::pg_catalog.text, ?::pg_catalog.text, ?::pg_catalog.int8, ?::pg_catalog.int8))
                AS p (aggregate_type, aggregate_id, events, expected)
              WHERE outbox_head.aggregate_type OPERATOR(pg_catalog.=) p.aggregate_type
                AND outbox_head.aggregate_id OPERATOR(pg_catalog.=) p.aggregate_id
                AND sequence OPERATOR(pg_catalog.=) p.expected
              RETURNING sequence
            """;
    private static final String INSERT_EVENTS = """
            WITH head AS (
              %s
            ), recorded AS (
              INSERT INTO afterimage.outbox (event_id, aggregate_type, aggregate_id, sequence,
                                             event_name, event_version, payload, metadata, occurred_at)
              SELECT e.id, ?, ?, head.sequence OPERATOR(pg_catalog.-) ?::pg_catalog.int8 OPERATOR(pg_catalog.+) e.place,
                e.name, e.version, e.payload::pg_catalog.json, ?::pg_catalog.json, ?
              FROM head, unnest(?, ?, ?, ?) WITH ORDINALITY AS e (id, name, version, payload, place)
              ORDER BY e.place
            )
            SELECT sequence FROM head
            """;
    private static final String ANY = INSERT_EVENTS.formatted(MOVE_HEAD);
    private static final String FIRST = INSERT_EVENTS.formatted(MAKE_HEAD);
    private static final String NEXT = INSERT_EVENTS.formatted(MOVE_EXPECTED_HEAD);

    /** Empty if the head was not where it was expected. */
    Optional<Appended> run(Connection transaction, long expected) {
        try {
            Outbox.requireTransaction(transaction, aggregate);
            var sql = expected == AFTER_WHATEVER_IS_THERE ? ANY : expected == 0 ? FIRST : NEXT;
            try (var statement = transaction.prepareStatement(sql)) {
                bind(statement, transaction, expected);
                try (var result = statement.executeQuery()) {
                    return result.next() ? Optional.of(appended(result.getLong(1))) : Optional.empty();
                }
            }
        } catch (SQLException e) {
            throw OutboxException.of(aggregate, e);
        }
    }

    private void bind(PreparedStatement statement, Connection connection, long expected) throws SQLException {
        int i = 0;
        statement.setString(++i, aggregate.type());
        statement.setString(++i, aggregate.id());
        statement.setLong(++i, rows.size());
        if (expected > 0) {
            statement.setLong(++i, expected);
        }
        statement.setString(++i, aggregate.type());
        statement.setString(++i, aggregate.id());
        statement.setLong(++i, rows.size());
        statement.setString(++i, envelope.metadataJson());
        statement.setObject(++i, envelope.occurredAtUtc());
        for (var column : arrays(connection)) {
            statement.setArray(++i, column);
        }
    }

    private Array[] arrays(Connection connection) throws SQLException {
        return new Array[] {
            connection.createArrayOf("uuid", column(row -> row.id().value())),
            connection.createArrayOf("text", column(row -> row.type().name())),
            connection.createArrayOf("int4", column(row -> row.type().version())),
            connection.createArrayOf("text", column(OutboxRows.Row::payload))
        };
    }

    private Object[] column(Function<OutboxRows.Row, Object> value) {
        return rows.stream().map(value).toArray();
    }

    private Appended appended(long lastSequence) {
        return new Appended(
                aggregate,
                lastSequence - rows.size() + 1,
                lastSequence,
                new CommitToken(rows.getLast().id()));
    }

    /** Reads where the head is instead; the one case that costs a second round trip. */
    AppendResult.Conflict conflict(Connection transaction, long expected) {
        var sql = """
                SELECT sequence FROM afterimage.outbox_head
                WHERE aggregate_type OPERATOR(pg_catalog.=) ?::pg_catalog.text
                  AND aggregate_id OPERATOR(pg_catalog.=) ?::pg_catalog.text""";
        try (var statement = transaction.prepareStatement(sql)) {
            statement.setString(1, aggregate.type());
            statement.setString(2, aggregate.id());
            try (var result = statement.executeQuery()) {
                return new AppendResult.Conflict(aggregate, expected, result.next() ? result.getLong(1) : 0);
            }
        } catch (SQLException e) {
            throw OutboxException.of(aggregate, e);
        }
    }
}
