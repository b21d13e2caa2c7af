package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.eventlog.Skips;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;

/** Decisions as rows of {@code skipped_event}. */
record PostgresSkips(LogTransactions transactions) implements Skips {

    @Override
    public void record(EventId event, String reason, String decidedBy) {
        var sql = """
                INSERT INTO afterimage.skipped_event (event_id, reason, decided_by) VALUES (?, ?, ?)
                ON CONFLICT (event_id) DO UPDATE
                  SET reason = excluded.reason, decided_by = excluded.decided_by, decided_at = now()""";
        transactions.inOne("recording that event %s is left out".formatted(event), connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setObject(1, event.value());
                statement.setString(2, reason);
                statement.setString(3, decidedBy);
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void recordLost(AggregateRef aggregate, long sequence, String reason, String decidedBy) {
        var sql = """
                INSERT INTO afterimage.skipped_event
                  (aggregate_type, aggregate_id, sequence, reason, decided_by, event_id) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (aggregate_type, aggregate_id, sequence) DO UPDATE
                  SET reason = excluded.reason, decided_by = excluded.decided_by, decided_at = now()""";
        transactions.inOne("recording that %s #%d is lost".formatted(aggregate, sequence), connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                place(statement, aggregate, sequence);
                statement.setString(4, reason);
                statement.setString(5, decidedBy);
                statement.setObject(6, EventId.next().value());
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public Optional<String> reasonFor(EventId event) {
        var sql = "SELECT reason FROM afterimage.skipped_event WHERE event_id = ?";
        return transactions.reading("looking whether event %s is left out".formatted(event), connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setObject(1, event.value());
                return reason(statement);
            }
        });
    }

    @Override
    public Optional<String> reasonForLost(AggregateRef aggregate, long sequence) {
        var sql = """
                SELECT reason FROM afterimage.skipped_event
                WHERE aggregate_type = ? AND aggregate_id = ? AND sequence = ?""";
        return transactions.reading("looking whether %s #%d is lost".formatted(aggregate, sequence), connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                place(statement, aggregate, sequence);
                return reason(statement);
            }
        });
    }

    private static void place(PreparedStatement statement, AggregateRef aggregate, long sequence) throws SQLException {
        statement.setString(1, aggregate.type());
        statement.setString(2, aggregate.id());
        statement.setLong(3, sequence);
    }

    private static Optional<String> reason(PreparedStatement statement) throws SQLException {
        try (var rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }
}
