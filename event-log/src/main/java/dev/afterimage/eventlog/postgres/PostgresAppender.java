package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.Commit;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.FencedException;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.postgres.Copy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Appends in one transaction: fence the source, move the head, copy the rows, notify. */
final class PostgresAppender implements LogAppender {

    private static final String COPY = "COPY afterimage.event_log (position, %s) FROM STDIN".formatted(LogRows.COLUMNS);

    private final LogTransactions transactions;
    private final HeadSignal signal;
    private final String source;
    private final long epoch;
    private final Commit onlySource;

    PostgresAppender(LogTransactions transactions, HeadSignal signal, String source, long epoch) {
        this.transactions = transactions;
        this.signal = signal;
        this.source = source;
        this.epoch = epoch;
        this.onlySource = Commit.of(source);
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public Position append(List<LogEntry> entries, SourceMark mark) {
        var head = transactions.inOne("appending %d events of %s".formatted(entries.size(), source), connection -> {
            var last = moveHead(connection, entries, mark);
            if (!entries.isEmpty()) {
                copy(connection, last.value() - entries.size(), entries);
            }
            return last;
        });
        signal.seen(signal.beginLook(), head);
        return head;
    }

    private void copy(Connection connection, long before, List<LogEntry> entries) throws SQLException {
        var position = new AtomicLong(before);
        Copy.rows(connection, COPY, entries, (row, entry) -> {
            row.add(position.incrementAndGet());
            LogRows.write(
                    row,
                    entry.event(),
                    entry.commit().orElse(onlySource),
                    entry.skipped().orElse(null));
        });
    }

    /** The row lock of the head makes one append wait for the other, so positions are dense and in commit order. */
    private Position moveHead(Connection connection, List<LogEntry> entries, SourceMark mark) throws SQLException {
        var sql = """
                WITH fenced AS (
                  UPDATE afterimage.log_source SET bookmark = ?, appended_at = now(),
                      complete_up_to = coalesce(?, complete_up_to), last_event = coalesce(?, last_event)
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
            statement.setString(1, mark.bookmark());
            statement.setObject(
                    2,
                    mark.completeUpTo().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null),
                    Types.TIMESTAMP_WITH_TIMEZONE);
            statement.setObject(
                    3, entries.isEmpty() ? null : entries.getLast().event().id().value(), Types.OTHER);
            statement.setString(4, source);
            statement.setLong(5, epoch);
            statement.setLong(6, entries.size());
            statement.setInt(7, entries.size());
            statement.setString(8, PostgresEventLog.CHANNEL);
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
