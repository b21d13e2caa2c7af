package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.LogPartition;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.postgres.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Partition 0: the whole table. */
final class PostgresPartition implements LogPartition {

    private static final int FIRST_FETCH_ROWS = 16;
    private static final int MAX_FETCH_ROWS = 1_000;

    private final Transactions transactions;
    private final HeadSignal signal;

    PostgresPartition(Transactions transactions, HeadSignal signal) {
        this.transactions = transactions;
        this.signal = signal;
    }

    @Override
    public int number() {
        return 0;
    }

    @Override
    public Position head() {
        return transactions.reading("reading the head of the log", connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT position FROM afterimage.log_head WHERE partition = 0")) {
                return rows.next() ? new Position(rows.getLong(1)) : Position.ZERO;
            }
        });
    }

    @Override
    public Optional<Position> positionOf(EventId event) {
        var sql = "SELECT position FROM afterimage.event_log WHERE event_id = ?";
        return transactions.reading("looking for event " + event, connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setObject(1, event.value());
                try (var rows = statement.executeQuery()) {
                    return rows.next() ? Optional.of(new Position(rows.getLong(1))) : Optional.empty();
                }
            }
        });
    }

    /** Streams with a cursor, so that a batch of large payloads is cut on its way and not in memory. */
    @Override
    public List<LoggedEvent> readAfter(Position after, ReadLimits limits) {
        return transactions.inOne("reading the log after " + after, connection -> {
            try (var statement = connection.prepareStatement(LogRows.SELECT)) {
                statement.setFetchSize(FIRST_FETCH_ROWS);
                statement.setLong(1, after.value());
                statement.setInt(2, limits.events());
                try (var rows = statement.executeQuery()) {
                    return take(rows, limits);
                }
            }
        });
    }

    private static List<LoggedEvent> take(ResultSet rows, ReadLimits limits) throws SQLException {
        var events = new ArrayList<LoggedEvent>();
        long bytes = 0;
        while (bytes < limits.bytes() && rows.next()) {
            var event = LogRows.read(rows);
            events.add(event);
            bytes += event.event().payload().length();
            rows.setFetchSize(rowsOf(bytes / events.size(), limits.bytes() - bytes));
        }
        return events;
    }

    /** How many rows to fetch next if they are as large as those before. */
    private static int rowsOf(long averageBytes, long bytesLeft) {
        return Math.clamp(bytesLeft / Math.max(1, averageBytes), 1, MAX_FETCH_ROWS);
    }

    /** A notification can be missed while the listener reconnects, so a wait that ends empty looks once more. */
    @Override
    public boolean awaitAfter(Position after, Duration timeout) throws InterruptedException {
        if (signal.await(after, timeout)) {
            return true;
        }
        if (signal.isClosed()) {
            return false;
        }
        var head = head();
        signal.raise(head);
        return after.isBefore(head);
    }
}
