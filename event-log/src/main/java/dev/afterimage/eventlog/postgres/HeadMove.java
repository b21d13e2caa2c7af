package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.eventlog.FencedException;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.eventlog.postgres.AggregateSequences.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * The first statement of an append: it fences the source, records its mark, moves the head and says what the log has of
 * some aggregates. The row lock of the head makes one append wait for the other, so positions are dense and in commit
 * order.
 */
record HeadMove(String source, long epoch, Left left, int doublings) {

    /** What the statement saw may be older than the row that it locked: {@code seen} tells. */
    private static final String MOVE = """
            WITH fenced AS (
              UPDATE afterimage.log_source SET bookmark = ?, appended_at = pg_catalog.now(),
                  complete_up_to = coalesce(?, complete_up_to), last_event = coalesce(?, last_event)
                WHERE source = ? AND epoch = ? AND bookmark = ? AND last_event IS NOT DISTINCT FROM ?
                RETURNING pg_catalog.set_config('synchronous_commit', 'on', true)
            ), moved AS (
              UPDATE afterimage.log_head SET position = position + ?
                FROM fenced WHERE partition = 0
                RETURNING position, generation
            )
            SELECT moved.position, moved.generation, seen.position,
              (SELECT max(position) FROM afterimage.event_log),
              CASE WHEN moved.position > seen.position THEN pg_catalog.pg_notify(?, moved.position::text) END, %s
            FROM moved, afterimage.log_head AS seen WHERE seen.partition = 0""";

    private static final String MOVE_ONLY = MOVE.formatted("NULL");
    private static final String MOVE_AND_LOOK = MOVE.formatted(LastSequences.EXPRESSION);
    private static final int FIRST_OF_LOOK = 10;
    private static final int LOOK = 6;

    /**
     * @param before where the log ended
     * @param sequences the last sequence of each aggregate that was asked for; none if somebody else appended between
     *     the look and the move
     */
    record Moved(Place before, Place after, Map<AggregateRef, Long> sequences) {}

    Moved run(Connection connection, List<LogEntry> entries, SourceMark mark, LastSequences wanted)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql(wanted))) {
            bind(statement, entries, mark);
            if (!wanted.aggregates().isEmpty()) {
                wanted.bind(statement, FIRST_OF_LOOK);
            }
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw fencedOrDamaged(connection);
                }
                LogHead.requireEnd(rows.getLong(3), rows.getLong(4));
                return moved(rows, entries.size(), wanted);
            }
        }
    }

    private String sql(LastSequences wanted) {
        return wanted.aggregates().isEmpty() ? MOVE_ONLY : LogReader.plannedFor(doublings, MOVE_AND_LOOK);
    }

    private void bind(PreparedStatement statement, List<LogEntry> entries, SourceMark mark) throws SQLException {
        statement.setString(1, mark.bookmark());
        statement.setObject(
                2,
                mark.completeUpTo().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null),
                Types.TIMESTAMP_WITH_TIMEZONE);
        statement.setObject(
                3, entries.isEmpty() ? null : entries.getLast().event().id().value(), Types.OTHER);
        statement.setString(4, source);
        statement.setLong(5, epoch);
        statement.setString(6, left.bookmark());
        statement.setObject(7, left.event(), Types.OTHER);
        statement.setLong(8, entries.size());
        statement.setString(9, PostgresEventLog.CHANNEL);
    }

    private static Moved moved(ResultSet row, int events, LastSequences wanted) throws SQLException {
        var after = new Place(row.getLong(1), row.getLong(2));
        var before = new Place(after.position() - events, after.generation());
        var isStale = before.position() != row.getLong(3);
        var sequences =
                isStale || wanted.aggregates().isEmpty() ? Map.<AggregateRef, Long>of() : wanted.read(row, LOOK);
        return new Moved(before, after, sequences);
    }

    private RuntimeException fencedOrDamaged(Connection connection) throws SQLException {
        var sql = "SELECT 1 FROM afterimage.log_head WHERE partition = 0";
        if (Sql.number(connection, sql) == 0) {
            return LogHead.missing();
        }
        var restored = left.whyNot(connection, source, epoch);
        return restored == null ? new FencedException(source, epoch) : restored;
    }
}
