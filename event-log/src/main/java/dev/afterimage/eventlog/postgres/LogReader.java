package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.LogDamagedException;
import dev.afterimage.eventlog.LogSlice;
import dev.afterimage.eventlog.ReadLimits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGStatement;

/**
 * Reads a part of the log, the head and the generation in one statement, so that they are of one moment, and checks
 * that nothing is missing in between.
 */
record LogReader(Position after, ReadLimits limits) {

    /** The server sums up the bytes, so that no more than the limit comes into our memory. */
    private static final String SELECT = """
            SELECT head.position, head.generation, EXISTS (
                SELECT FROM afterimage.log_correction WHERE head.position < ? AND from_position <= ?),
              event.bytes, event.position, %s
            FROM afterimage.log_head AS head LEFT JOIN (
              SELECT *, octet_length(payload) AS own_bytes,
                sum(octet_length(payload)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS bytes
              FROM afterimage.event_log WHERE position > ? AND position <= ?
            ) AS event ON event.bytes - event.own_bytes < ?
            WHERE head.partition = 0 ORDER BY event.position""".formatted(LogRows.COLUMNS);

    private static final int BYTES = 4;
    private static final int POSITION = 5;

    /** What was read, and where the log ended at that moment. */
    record Read(LogSlice slice, Position head) {}

    Read read(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(SELECT)) {
            planAnew(statement.unwrap(PGStatement.class));
            statement.setLong(1, after.value());
            statement.setLong(2, after.value());
            statement.setLong(3, after.value());
            statement.setLong(4, last());
            statement.setLong(5, limits.bytes());
            try (var rows = statement.executeQuery()) {
                return read(rows);
            }
        }
    }

    /** A plan that was made while the log was short and is kept on the connection would read the whole table. */
    static void planAnew(PGStatement statement) throws SQLException {
        statement.setPrepareThreshold(0);
    }

    private long last() {
        return after.value() > Long.MAX_VALUE - limits.events() ? Long.MAX_VALUE : after.value() + limits.events();
    }

    private Read read(ResultSet rows) throws SQLException {
        if (!rows.next()) {
            throw LogHead.missing();
        }
        var head = new Position(rows.getLong(1));
        long generation = rows.getLong(2);
        if (head.isBefore(after) && !rows.getBoolean(3)) {
            throw new LogDamagedException("it ends at position %s and was read up to %s before".formatted(head, after));
        }
        var events = new ArrayList<LoggedEvent>();
        long bytes = 0;
        boolean more = rows.getObject(POSITION) != null;
        while (more) {
            bytes = rows.getLong(BYTES);
            events.add(next(rows, events.size()));
            more = rows.next();
        }
        requireComplete(events, bytes, head);
        return new Read(new LogSlice(generation, events), head);
    }

    private LoggedEvent next(ResultSet rows, int before) throws SQLException {
        var expected = after.plus(before + 1L);
        if (rows.getLong(POSITION) != expected.value()) {
            throw missing(expected);
        }
        return LogRows.read(rows, POSITION);
    }

    private void requireComplete(List<LoggedEvent> events, long bytes, Position head) {
        long expected = Math.min(limits.events(), after.eventsTo(head));
        if (events.size() < expected && bytes < limits.bytes()) {
            throw missing(after.plus(events.size() + 1L));
        }
        if (events.size() > expected) {
            throw new LogDamagedException("its head says that it ends at position %s and there is an event at %s"
                    .formatted(head, events.getLast().position()));
        }
    }

    private static LogDamagedException missing(Position position) {
        return new LogDamagedException("the event at position %s is missing".formatted(position));
    }
}
