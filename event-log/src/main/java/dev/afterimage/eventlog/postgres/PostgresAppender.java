package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.eventlog.FencedException;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.postgres.Copy;
import dev.afterimage.postgres.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Appends in one transaction: fence the source, move the head, copy the rows, notify. */
final class PostgresAppender implements LogAppender {

    private final Transactions transactions;
    private final HeadSignal signal;
    private final String source;
    private final long epoch;

    PostgresAppender(Transactions transactions, HeadSignal signal, String source, long epoch) {
        this.transactions = transactions;
        this.signal = signal;
        this.source = source;
        this.epoch = epoch;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public Position append(List<RecordedEvent> events, String bookmark) {
        var head = transactions.inOne("appending %d events of %s".formatted(events.size(), source), connection -> {
            var last = moveHead(connection, events.size(), bookmark);
            if (!events.isEmpty()) {
                Copy.rows(connection, LogRows.COPY, LogRows.numberedTo(last, events), LogRows::write);
            }
            return last;
        });
        signal.raise(head);
        return head;
    }

    /** The row lock of the head makes one append wait for the other, so positions are dense and in commit order. */
    private Position moveHead(Connection connection, int events, String bookmark) throws SQLException {
        var sql = """
                WITH fenced AS (
                  UPDATE afterimage.log_source SET bookmark = ?, appended_at = now()
                    WHERE source = ? AND epoch = ?
                    RETURNING set_config('synchronous_commit', 'on', true)
                ), moved AS (
                  UPDATE afterimage.log_head SET position = position + ?
                    FROM fenced WHERE partition = 0
                    RETURNING position
                )
                SELECT position, CASE WHEN ? > 0 THEN pg_notify(?, position::text) END FROM moved
                """;
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, bookmark);
            statement.setString(2, source);
            statement.setLong(3, epoch);
            statement.setLong(4, events);
            statement.setInt(5, events);
            statement.setString(6, PostgresEventLog.CHANNEL);
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw new FencedException(source, epoch);
                }
                return new Position(rows.getLong(1));
            }
        }
    }

    @Override
    public Set<EventId> alreadyAppended(Collection<EventId> events) {
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
}
