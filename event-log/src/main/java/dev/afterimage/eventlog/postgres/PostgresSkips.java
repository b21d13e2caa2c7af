package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.eventlog.Skips;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Decisions as rows of {@code skipped_event}. */
record PostgresSkips(LogTransactions transactions) implements Skips {

    @Override
    public void record(EventId event, String reason, String decidedBy) {
        var sql = """
                INSERT INTO afterimage.skipped_event (event_id, reason, decided_by) VALUES (?, ?, ?)
                ON CONFLICT (event_id) DO UPDATE
                  SET reason = excluded.reason, decided_by = excluded.decided_by, decided_at = pg_catalog.now()""";
        transactions.inOne("recording that event %s is left out".formatted(event), connection -> {
            refuseLogged(connection, event);
            try (var statement = connection.prepareStatement(sql)) {
                statement.setObject(1, event.value());
                statement.setString(2, reason);
                statement.setString(3, decidedBy);
                return statement.executeUpdate();
            }
        });
    }

    /** What the log has stays there: readers may have seen it. */
    private static void refuseLogged(Connection connection, EventId event) throws SQLException {
        var sql = "SELECT position FROM afterimage.event_log WHERE event_id = ? AND skipped_reason IS NULL";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setObject(1, event.value());
            try (var rows = statement.executeQuery()) {
                if (rows.next()) {
                    throw new IllegalArgumentException(
                            "event %s is in the log already, at position %d, and stays there: give the projections code that can read it"
                                    .formatted(event, rows.getLong(1)));
                }
            }
        }
    }

    @Override
    public void recordLost(AggregateRef aggregate, long first, long last, String reason, String decidedBy) {
        var sql = """
                INSERT INTO afterimage.skipped_event
                  (aggregate_type, aggregate_id, sequence, reason, decided_by, event_id)
                SELECT ?::text, ?::text, sequence, ?::text, ?::text, pg_catalog.gen_random_uuid()
                FROM pg_catalog.generate_series(?::bigint, ?::bigint) AS lost (sequence)
                ON CONFLICT (aggregate_type, aggregate_id, sequence) DO UPDATE
                  SET reason = excluded.reason, decided_by = excluded.decided_by, decided_at = pg_catalog.now()""";
        transactions.inOne(
                "recording that %s #%d to #%d are lost".formatted(aggregate, first, last),
                connection ->
                        Sql.run(connection, sql, aggregate.type(), aggregate.id(), reason, decidedBy, first, last));
    }

    @Override
    public boolean areLost(AggregateRef aggregate, long first, long last) {
        var sql = """
                SELECT pg_catalog.count(*) FROM afterimage.skipped_event
                WHERE aggregate_type = ?::text AND aggregate_id = ?::text AND sequence BETWEEN ? AND ?""";
        return transactions.reading(
                "looking whether %s #%d to #%d are lost".formatted(aggregate, first, last),
                connection ->
                        Sql.number(connection, sql, aggregate.type(), aggregate.id(), first, last) == last - first + 1);
    }

    @Override
    public Optional<String> reasonFor(EventId event) {
        var sql = "SELECT reason FROM afterimage.skipped_event WHERE event_id = ?";
        return transactions.reading("looking whether event %s is left out".formatted(event), connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setObject(1, event.value());
                try (var rows = statement.executeQuery()) {
                    return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
                }
            }
        });
    }
}
