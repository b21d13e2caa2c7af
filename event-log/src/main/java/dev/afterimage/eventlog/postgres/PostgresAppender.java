package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.Commit;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.OutOfSequenceException;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.eventlog.postgres.AggregateSequences.Place;
import dev.afterimage.postgres.Copy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Appends in one transaction: fence the source, move the head, check the sequences, copy the rows, notify. */
final class PostgresAppender implements LogAppender {

    private static final String COPY =
            "COPY afterimage.event_log (position, %s) FROM STDIN (FORMAT binary)".formatted(LogRows.COLUMNS);

    private final LogTransactions transactions;
    private final HeadSignal signal;
    private final String source;
    private final long epoch;
    private final Commit onlySource;
    private final AggregateSequences remembered = new AggregateSequences();
    private volatile Left left;
    private volatile boolean isAfterRestore;

    /** @param isAfterRestore whether readers may have read more of the log than there is now */
    PostgresAppender(
            LogTransactions transactions,
            HeadSignal signal,
            String source,
            long epoch,
            Left left,
            boolean isAfterRestore) {
        this.transactions = transactions;
        this.signal = signal;
        this.source = source;
        this.epoch = epoch;
        this.onlySource = Commit.of(source);
        this.left = left;
        this.isAfterRestore = isAfterRestore;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public Position append(List<LogEntry> entries, SourceMark mark) {
        if (isAfterRestore && !entries.isEmpty()) {
            tellReaders();
        }
        var after = appendOrForget(entries, mark);
        remembered.leaveAt(after);
        left = left.after(entries, mark, after);
        var head = new Position(after.position());
        signal.seen(signal.beginLook(), head);
        return head;
    }

    /** What a restored log lost may come again in another order, up to the same last event. */
    private void tellReaders() {
        Generations.beginAtEnd(transactions, "source %s found the log older than it had left it".formatted(source));
        isAfterRestore = false;
    }

    /** Whether it is not as this appender left it, although nobody else claimed the source since. */
    boolean isRestored(long epochFound, Left found) {
        return isAfterRestore || epochFound < epoch || (epochFound == epoch && !left.hasSameMark(found));
    }

    private Place appendOrForget(List<LogEntry> entries, SourceMark mark) {
        var committed = false;
        try {
            var after = transactions.inOne(
                    "appending %d events of %s".formatted(entries.size(), source),
                    connection -> append(connection, entries, mark));
            committed = true;
            return after;
        } finally {
            if (!committed) {
                remembered.forget();
            }
        }
    }

    private Place append(Connection connection, List<LogEntry> entries, SourceMark mark) throws SQLException {
        int doublings = signal.doublings();
        var unknown = new LastSequences(remembered.unknown(entries));
        var moved = new HeadMove(source, epoch, left, doublings).run(connection, entries, mark, unknown);
        left.requireNotBefore(moved.before(), source);
        if (remembered.holdAt(moved.before())) {
            remembered.learn(moved.sequences());
        } else {
            remembered.forget();
            remembered.learn(moved.sequences());
            remembered.learn(new LastSequences(remembered.unknown(entries)).read(connection, doublings));
        }
        for (var entry : entries) {
            requireNext(connection, entry.event());
        }
        if (!entries.isEmpty()) {
            copy(connection, moved.before().position(), entries);
        }
        return moved.after();
    }

    private void requireNext(Connection connection, RecordedEvent event) throws SQLException {
        long last = remembered.advance(event.aggregate(), event.sequence());
        if (event.sequence() != last + 1 && !allGivenUp(connection, event, last)) {
            throw new OutOfSequenceException(event, source, last);
        }
    }

    /** Whether an operator decided not to wait for any of the events that are missing before this one. */
    private static boolean allGivenUp(Connection connection, RecordedEvent event, long last) throws SQLException {
        var sql = """
                SELECT count(*) FROM afterimage.skipped_event
                WHERE aggregate_type = ? AND aggregate_id = ? AND sequence > ? AND sequence < ?""";
        var aggregate = event.aggregate();
        return event.sequence() > last
                && Sql.number(connection, sql, aggregate.type(), aggregate.id(), last, event.sequence())
                        == event.sequence() - last - 1;
    }

    private void copy(Connection connection, long before, List<LogEntry> entries) throws SQLException {
        var position = new AtomicLong(before);
        Copy.binaryRows(connection, COPY, entries, (row, entry) -> {
            row.bigint(position.incrementAndGet());
            LogRows.write(row, entry, onlySource);
        });
    }

    @Override
    public Set<EventId> alreadyAppended(Collection<EventId> events) {
        return new PostgresAudit(transactions).present(events);
    }
}
