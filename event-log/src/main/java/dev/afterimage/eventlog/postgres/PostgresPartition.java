package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LogPlace;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.SourceProgress;
import dev.afterimage.eventlog.Correction;
import dev.afterimage.eventlog.LogAudit;
import dev.afterimage.eventlog.LogPartition;
import dev.afterimage.eventlog.LogSlice;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.postgres.OwnSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Partition 0: the whole table. */
final class PostgresPartition implements LogPartition {

    private final LogTransactions transactions;
    private final HeadSignal signal;

    PostgresPartition(LogTransactions transactions, HeadSignal signal) {
        this.transactions = transactions;
        this.signal = signal;
    }

    @Override
    public Position head() {
        long look = signal.beginLook();
        var head = readHead().position();
        signal.seen(look, head);
        return head;
    }

    @Override
    public long generation() {
        return readHead().generation();
    }

    private LogHead readHead() {
        return transactions.asking("reading the head of the log", LogHead.SELECT, statement -> {
            try (var rows = OwnSettings.rows(statement)) {
                return LogHead.read(rows);
            }
        });
    }

    @Override
    public Optional<LogPlace> placeOf(EventId event) {
        var sql = """
                SELECT event.position, head.generation
                FROM afterimage.event_log AS event CROSS JOIN afterimage.log_head AS head
                WHERE event.event_id = ? AND head.partition = 0""";
        return transactions.reading("looking for event " + event, connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setObject(1, event.value());
                try (var rows = statement.executeQuery()) {
                    return rows.next()
                            ? Optional.of(new LogPlace(new Position(rows.getLong(1)), rows.getLong(2)))
                            : Optional.empty();
                }
            }
        });
    }

    @Override
    public Optional<Instant> committedAfter(Position position) {
        var sql = "SELECT committed_at FROM afterimage.event_log WHERE position > ? ORDER BY position LIMIT 1";
        return transactions.reading("reading when the event after %s was committed".formatted(position), connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setLong(1, position.value());
                try (var rows = statement.executeQuery()) {
                    return rows.next() ? Optional.ofNullable(LogRows.instant(rows, 1)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public List<SourceProgress> sources() {
        return transactions.reading("reading how far the sources are", SourceReports::read);
    }

    @Override
    public LogSlice readAfter(Position after, ReadLimits limits) {
        long look = signal.beginLook();
        var reader = new LogReader(after, limits, signal.doublings());
        var read = transactions.asking("reading the log after " + after, reader.plannedSql(), reader::read);
        if (read.head().isBefore(after)) {
            transactions.reading("looking why the log is shorter", connection -> {
                reader.requireCorrected(connection, read.head());
                return null;
            });
        }
        signal.seen(look, read.head());
        return read.slice();
    }

    /** A notification can be missed while the listener reconnects, so a wait that ends empty looks once more. */
    @Override
    public boolean awaitAfter(Position after, Duration timeout) throws InterruptedException {
        if (signal.await(after, timeout)) {
            return true;
        }
        return !signal.isClosed() && after.isBefore(head());
    }

    @Override
    public List<Correction> correctionsSince(long generation) {
        var sql = """
                SELECT generation, from_position, reason, corrected_at FROM afterimage.log_correction
                WHERE generation > ? ORDER BY generation""";
        return transactions.reading("reading how the log was corrected since " + generation, connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                statement.setLong(1, generation);
                try (var rows = statement.executeQuery()) {
                    var corrections = new ArrayList<Correction>();
                    while (rows.next()) {
                        corrections.add(new Correction(
                                rows.getLong(1),
                                new Position(rows.getLong(2)),
                                rows.getString(3),
                                rows.getTimestamp(4).toInstant()));
                    }
                    return corrections;
                }
            }
        });
    }

    @Override
    public LogAudit audit() {
        return new PostgresAudit(transactions.unhurried());
    }
}
