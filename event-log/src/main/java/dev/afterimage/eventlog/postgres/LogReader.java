package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.LogSlice;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.postgres.OwnSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads a part of the log, the head and the generation in one statement, so that they are of one moment, and checks
 * that nothing is missing in between.
 */
record LogReader(Position after, ReadLimits limits, int doublings) {

    private static final int POSITION = 5;

    /** What was read, and where the log ended at that moment. */
    record Read(LogSlice slice, Position head) {}

    private record Head(Position position, long generation, long upto, Optional<EventId> before) {}

    /** @param statement of {@link #plannedSql} */
    Read read(PreparedStatement statement) throws SQLException {
        statement.setLong(1, after.value());
        statement.setLong(2, limits.bytes());
        statement.setLong(3, limits.bytes());
        statement.setLong(4, after.value());
        try (var rows = OwnSettings.rows(statement)) {
            return read(rows);
        }
    }

    String plannedSql() {
        return plannedFor(doublings, sql());
    }

    /**
     * The server sums up the bytes, so that no more than the limit comes into our memory: {@code upto} is where to
     * stop, and is looked for only if all would be too much. The head is a row of its own, which has no event, so that
     * it need not come with each of them.
     *
     * <p>The limit is part of the text and the position is hidden in a subquery: so every plan looks alike to the
     * server, whatever the position and however long the log, and it keeps one instead of planning again for each read.
     */
    private String sql() {
        return """
                WITH tail AS NOT MATERIALIZED (
                  SELECT position, %1$s
                  FROM afterimage.event_log WHERE position > (SELECT ?::bigint) ORDER BY position LIMIT %2$d
                ), cut AS MATERIALIZED (
                  SELECT CASE WHEN (SELECT sum(octet_length(payload)) FROM tail) >= (SELECT ?::bigint)
                    THEN (SELECT min(position) FROM (
                      SELECT position, sum(octet_length(payload)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS bytes
                      FROM tail) AS sized WHERE bytes >= (SELECT ?::bigint)) END AS upto
                )
                SELECT head.position, head.generation, cut.upto,
                  (SELECT event_id FROM afterimage.event_log WHERE position = (SELECT ?::bigint)), event.position, %1$s
                FROM cut, afterimage.log_head AS head LEFT JOIN afterimage.event_log AS event ON false
                WHERE head.partition = 0
                UNION ALL
                SELECT NULL, NULL, NULL, NULL, tail.* FROM tail
                WHERE position <= coalesce((SELECT upto FROM cut), position)""".formatted(LogRows.COLUMNS, limits.events());
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

    private Read read(ResultSet rows) throws SQLException {
        Head head = null;
        var events = new ArrayList<LoggedEvent>();
        while (rows.next()) {
            if (rows.getObject(POSITION) == null) {
                head = head(rows);
            } else {
                events.add(LogRows.read(rows, POSITION));
            }
        }
        if (head == null) {
            throw LogHead.missing();
        }
        events.sort(Comparator.comparing(LoggedEvent::position));
        requireComplete(events, head);
        return new Read(new LogSlice(head.generation(), head.before(), events), head.position());
    }

    private Head head(ResultSet row) throws SQLException {
        var upto = row.getObject(3, Long.class);
        var before = Optional.ofNullable(row.getObject(4, UUID.class)).map(EventId::new);
        return new Head(new Position(row.getLong(1)), row.getLong(2), upto == null ? last() : upto, before);
    }

    private void requireComplete(List<LoggedEvent> events, Head head) {
        requireComplete(events, Math.min(head.upto(), head.position().value()));
        if (!events.isEmpty() && head.position().isBefore(events.getLast().position())) {
            throw new LogDamagedException("its head says that it ends at position %s and there is an event at %s"
                    .formatted(head.position(), events.getLast().position()));
        }
    }

    /** A correction may have made the log shorter; nothing else may. */
    void requireCorrected(Connection connection, Position head) throws SQLException {
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
