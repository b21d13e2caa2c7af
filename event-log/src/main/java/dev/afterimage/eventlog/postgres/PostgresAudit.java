package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.Difference;
import dev.afterimage.eventlog.LogAudit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** Audits with plain statements, page by page; the server sorts. */
record PostgresAudit(LogTransactions transactions) implements LogAudit {

    private static final int EXAMPLES = 5;

    @Override
    public Set<EventId> present(Collection<EventId> events) {
        var sql = "SELECT event_id FROM afterimage.event_log WHERE event_id = ANY (?)";
        return transactions.reading("looking for %d events in the log".formatted(events.size()), connection -> {
            var ids = events.stream().map(EventId::value).toArray();
            try (var statement = connection.prepareStatement(sql)) {
                statement.setArray(1, connection.createArrayOf("uuid", ids));
                try (var rows = statement.executeQuery()) {
                    var found = new HashSet<EventId>();
                    while (rows.next()) {
                        found.add(new EventId(rows.getObject(1, UUID.class)));
                    }
                    return found;
                }
            }
        });
    }

    @Override
    public long forEach(String source, Position upTo, int atMost, Consumer<List<EventId>> work) {
        long count = 0;
        var after = Position.ZERO;
        while (after.isBefore(upTo)) {
            var last = new Position(Math.min(upTo.value(), after.value() + atMost));
            var ids = page(source, after, last);
            if (!ids.isEmpty()) {
                work.accept(ids);
            }
            count += ids.size();
            after = last;
        }
        return count;
    }

    /** An event without a source was appended before the log kept it: it is this source's if there is no other. */
    private List<EventId> page(String source, Position after, Position last) {
        var sql = """
                SELECT event_id FROM afterimage.event_log
                WHERE position > ? AND position <= ? AND skipped_reason IS NULL
                  AND (source = ? OR source IS NULL AND (SELECT count(*) FROM afterimage.log_source) = 1)
                ORDER BY position""";
        return transactions.reading("reading the ids after " + after, connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setLong(1, after.value());
                statement.setLong(2, last.value());
                statement.setString(3, source);
                try (var rows = statement.executeQuery()) {
                    var ids = new ArrayList<EventId>();
                    while (rows.next()) {
                        ids.add(new EventId(rows.getObject(1, UUID.class)));
                    }
                    return ids;
                }
            }
        });
    }

    @Override
    public Optional<LoggedEvent> between(AggregateRef aggregate, long first, long last) {
        var sql = """
                SELECT position, %s FROM afterimage.event_log
                WHERE aggregate_type = ? COLLATE "C" AND aggregate_id = ? COLLATE "C" AND sequence BETWEEN ? AND ?
                ORDER BY sequence, position LIMIT 1""".formatted(LogRows.COLUMNS);
        return transactions.reading("looking for #%d to #%d of %s".formatted(first, last, aggregate), connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setString(1, aggregate.type());
                statement.setString(2, aggregate.id());
                statement.setLong(3, first);
                statement.setLong(4, last);
                try (var rows = statement.executeQuery()) {
                    return rows.next() ? Optional.of(LogRows.read(rows, 1)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public Difference outOfSequence(Position upTo) {
        var sql = """
                SELECT count(*) OVER (), position, event_name || ' ' || event_id || ' (' || aggregate_type || ' ' ||
                  aggregate_id || ' #' || sequence || ' after ' || coalesce('#' || before, 'nothing') || ')'
                FROM (
                  SELECT position, event_name, event_id, aggregate_type, aggregate_id, sequence,
                    lag(sequence) OVER (PARTITION BY aggregate_type, aggregate_id ORDER BY position) AS before
                  FROM afterimage.event_log WHERE position <= ?
                ) AS logged
                WHERE sequence <> coalesce(before, 0) + 1 AND (sequence <= before
                  OR (SELECT count(*) FROM afterimage.skipped_event AS lost
                    WHERE lost.aggregate_type = logged.aggregate_type AND lost.aggregate_id = logged.aggregate_id
                      AND lost.sequence > coalesce(before, 0) AND lost.sequence < logged.sequence)
                    < sequence - coalesce(before, 0) - 1)
                ORDER BY position LIMIT ?""";
        return transactions.reading("looking for events out of sequence", connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setLong(1, upTo.value());
                statement.setInt(2, EXAMPLES);
                try (var rows = statement.executeQuery()) {
                    return difference(rows);
                }
            }
        });
    }

    private static Difference difference(ResultSet rows) throws SQLException {
        long count = 0;
        Optional<Position> first = Optional.empty();
        var examples = new ArrayList<String>();
        while (rows.next()) {
            count = rows.getLong(1);
            var position = new Position(rows.getLong(2));
            first = first.or(() -> Optional.of(position));
            examples.add(rows.getString(3));
        }
        return new Difference(count, first, examples);
    }
}
