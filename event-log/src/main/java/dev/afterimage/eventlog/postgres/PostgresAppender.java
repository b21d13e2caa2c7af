package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.Commit;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.OutOfSequenceException;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.postgres.Copy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Appends in one transaction: fence the source, move the head, check the sequences, copy the rows, notify. */
final class PostgresAppender implements LogAppender {

    private static final String COPY = "COPY afterimage.event_log (position, %s) FROM STDIN".formatted(LogRows.COLUMNS);

    private final LogTransactions transactions;
    private final HeadSignal signal;
    private final String source;
    private final long epoch;
    private final Commit onlySource;
    private final AggregateSequences remembered = new AggregateSequences();

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

    /** What an append came to, to be remembered once it is committed. */
    private record Done(AggregateSequences.Place after, Map<AggregateRef, Long> sequences) {}

    @Override
    public Position append(List<LogEntry> entries, SourceMark mark) {
        var done = rememberOrForget(entries, mark);
        var head = new Position(done.after().position());
        signal.seen(signal.beginLook(), head);
        return head;
    }

    private Done rememberOrForget(List<LogEntry> entries, SourceMark mark) {
        var committed = false;
        try {
            var done = transactions.inOne(
                    "appending %d events of %s".formatted(entries.size(), source),
                    connection -> append(connection, entries, mark));
            remembered.appended(done.sequences(), done.after());
            committed = true;
            return done;
        } finally {
            if (!committed) {
                remembered.forget();
            }
        }
    }

    private Done append(Connection connection, List<LogEntry> entries, SourceMark mark) throws SQLException {
        var unknown = remembered.unknown(entries);
        var move = new HeadMove(source, epoch, signal.doublings());
        var moved = move.run(connection, entries, mark, unknown);
        var sequences = sequences(connection, entries, move, moved);
        for (var entry : entries) {
            requireNext(connection, entry.event(), sequences);
        }
        if (!entries.isEmpty()) {
            copy(connection, moved.before().position(), entries);
        }
        return new Done(moved.after(), sequences);
    }

    /** The last sequences in the log of all aggregates of the entries. */
    private Map<AggregateRef, Long> sequences(
            Connection connection, List<LogEntry> entries, HeadMove move, HeadMove.Moved moved) throws SQLException {
        if (!remembered.holdAt(moved.before())) {
            remembered.forget();
        }
        var sequences = remembered.of(entries);
        if (!moved.isStale()) {
            sequences.putAll(moved.sequences());
        }
        var wanted = new LinkedHashSet<AggregateRef>();
        for (var entry : entries) {
            if (!sequences.containsKey(entry.event().aggregate())) {
                wanted.add(entry.event().aggregate());
            }
        }
        if (!wanted.isEmpty()) {
            sequences.putAll(move.look(connection, wanted));
        }
        return sequences;
    }

    private void requireNext(Connection connection, RecordedEvent event, Map<AggregateRef, Long> sequences)
            throws SQLException {
        long last = sequences.getOrDefault(event.aggregate(), 0L);
        if (event.sequence() != last + 1 && !allGivenUp(connection, event, last)) {
            throw new OutOfSequenceException(event, source, last);
        }
        sequences.put(event.aggregate(), event.sequence());
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
        Copy.rows(connection, COPY, entries, (row, entry) -> {
            row.add(position.incrementAndGet());
            LogRows.write(
                    row,
                    entry.event(),
                    entry.commit().orElse(onlySource),
                    entry.skipped().orElse(null));
        });
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
