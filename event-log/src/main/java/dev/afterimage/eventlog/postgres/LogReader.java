package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.LogSlice;
import dev.afterimage.eventlog.ReadLimits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads a part of the log, the head and the generation in one statement, so that they are of one moment, and checks
 * that nothing is missing in between.
 */
record LogReader(Position after, ReadLimits limits, int doublings) {

    /**
     * The server sums up the bytes, so that no more than the limit comes into our memory: {@code upto} is where to
     * stop. The rows are sorted here, which costs nothing when they come in order.
     */
    private static final String SELECT = """
            SELECT head.position, head.generation, cut.upto, event.position, %s
            FROM afterimage.log_head AS head CROSS JOIN (
              SELECT coalesce(min(position) FILTER (WHERE bytes >= ?), ?) AS upto FROM (
                SELECT position, sum(octet_length(payload)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS bytes
                FROM afterimage.event_log WHERE position > ? AND position <= ?) AS sized
            ) AS cut
            LEFT JOIN afterimage.event_log AS event
              ON event.position > ? AND event.position <= ? AND event.position <= cut.upto
            WHERE head.partition = 0""".formatted(LogRows.COLUMNS);

    private static final int POSITION = 4;

    /** What was read, and where the log ended at that moment. */
    record Read(LogSlice slice, Position head) {}

    Read read(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(plannedFor(doublings, SELECT))) {
            statement.setLong(1, limits.bytes());
            statement.setLong(2, last());
            for (int range = 3; range <= 5; range += 2) {
                statement.setLong(range, after.value());
                statement.setLong(range + 1, last());
            }
            try (var rows = statement.executeQuery()) {
                return read(connection, rows);
            }
        }
    }

    /**
     * A plan that was made while the log was short and is kept on the connection would read the whole table. So another
     * text, and with it another plan, serves whenever the log has doubled.
     */
    static String plannedFor(int doublings, String sql) {
        return "/* log of 2^%d events */ %s".formatted(doublings, sql);
    }

    private long last() {
        return after.value() > Long.MAX_VALUE - limits.events() ? Long.MAX_VALUE : after.value() + limits.events();
    }

    private Read read(Connection connection, ResultSet rows) throws SQLException {
        if (!rows.next()) {
            throw LogHead.missing();
        }
        var head = new Position(rows.getLong(1));
        long generation = rows.getLong(2);
        long upto = rows.getLong(3);
        if (head.isBefore(after)) {
            requireCorrected(connection, head);
        }
        var events = new ArrayList<LoggedEvent>();
        boolean more = rows.getObject(POSITION) != null;
        while (more) {
            events.add(LogRows.read(rows, POSITION));
            more = rows.next();
        }
        events.sort(Comparator.comparing(LoggedEvent::position));
        requireComplete(events, Math.min(upto, head.value()));
        if (!events.isEmpty() && head.isBefore(events.getLast().position())) {
            throw new LogDamagedException("its head says that it ends at position %s and there is an event at %s"
                    .formatted(head, events.getLast().position()));
        }
        return new Read(new LogSlice(generation, events), head);
    }

    /** A correction may have made the log shorter; nothing else may. */
    private void requireCorrected(Connection connection, Position head) throws SQLException {
        var sql = "SELECT count(*) FROM afterimage.log_correction WHERE from_position <= ?";
        if (Sql.number(connection, sql, after.value()) == 0) {
            throw new LogDamagedException("it ends at position %s and was read up to %s before".formatted(head, after));
        }
    }

    private void requireComplete(List<LoggedEvent> events, long last) {
        var expected = after;
        for (var event : events) {
            expected = expected.plus(1);
            if (!event.position().equals(expected)) {
                throw missing(expected);
            }
        }
        if (expected.value() < last) {
            throw missing(expected.plus(1));
        }
    }

    private static LogDamagedException missing(Position position) {
        return new LogDamagedException("the event at position %s is missing".formatted(position));
    }
}
