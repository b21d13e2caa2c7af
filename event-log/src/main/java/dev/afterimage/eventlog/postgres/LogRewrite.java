package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.Correction;
import dev.afterimage.eventlog.FencedException;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.OutOfSequenceException;
import dev.afterimage.eventlog.Reconciled;
import dev.afterimage.eventlog.SourceMark;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings added events to their places and takes phantoms away, by numbering the log again from the first position
 * concerned. Where rows were lost, that position is the first hole.
 *
 * <p>An event belongs before every later event of its aggregate. So its place is its own position or, if a later event
 * of its aggregate stands before that, directly before the first such.
 */
final class LogRewrite {

    private final Connection connection;
    private final String source;
    private Position head = Position.ZERO;

    LogRewrite(Connection connection, String source) {
        this.connection = connection;
        this.source = source;
    }

    /** Where the log ends now. */
    Position head() {
        return head;
    }

    /** In the order in which an append locks; a table first, whose writers hold no row yet. */
    void lock(long epoch, Consumer<String> notes) throws SQLException {
        new PatientLocks(connection, "correcting the log for source " + source, notes).take(() -> lock(epoch));
    }

    /** A log without its head row gets one. */
    private void lock(long epoch) throws SQLException {
        Sql.run(connection, "LOCK TABLE afterimage.event_log, afterimage.log_correction IN ROW EXCLUSIVE MODE");
        var sql = "SELECT 1 FROM afterimage.log_source WHERE source = ? AND epoch = ? FOR UPDATE";
        if (Sql.number(connection, sql, source, epoch) == 0) {
            throw new FencedException(source, epoch);
        }
        Sql.run(connection, """
                INSERT INTO afterimage.log_head (partition, position, generation)
                SELECT 0, 0, coalesce(max(generation), 0) FROM afterimage.log_correction
                ON CONFLICT (partition) DO NOTHING""");
        Sql.number(connection, "SELECT position FROM afterimage.log_head WHERE partition = 0 FOR UPDATE");
    }

    void requireAllAdded() throws SQLException {
        long absent = Sql.number(connection, """
                SELECT count(*) FROM pg_temp.missing_event AS missing WHERE NOT EXISTS (
                  SELECT FROM pg_temp.added_event AS added WHERE added.event_id = missing.event_id)""");
        if (absent > 0) {
            throw new IllegalStateException(
                    "source %s: %d of the events that the log lacks were not added".formatted(source, absent));
        }
    }

    Reconciled run(boolean removePhantoms, SourceMark mark) throws SQLException {
        long end = end();
        long removed = removePhantoms ? removePhantoms() : 0;
        long added = keepOnlyMissing();
        leaveOutRepetitions();
        findMoves();
        long first = Math.min(Math.min(firstMove(), firstHole()), end + 1);
        number(first);
        renumber();
        insertAdded();
        requireSequences();
        moveHead();
        recordMark(mark);
        var correction = recordCorrection(first, added, removed);
        return new Reconciled(added, removed, Optional.of(correction).filter(changed -> first <= end));
    }

    /** The last position that a reader may have seen. */
    private long end() throws SQLException {
        return Sql.number(connection, """
                SELECT greatest(position, (SELECT max(position) FROM afterimage.event_log))
                FROM afterimage.log_head WHERE partition = 0""");
    }

    private long removePhantoms() throws SQLException {
        return Sql.run(connection, """
                DELETE FROM afterimage.event_log AS logged USING pg_temp.phantom_event AS phantom
                WHERE logged.event_id = phantom.event_id""");
    }

    private long keepOnlyMissing() throws SQLException {
        Sql.run(connection, """
                DELETE FROM pg_temp.added_event AS added WHERE NOT EXISTS (
                  SELECT FROM pg_temp.missing_event AS missing WHERE missing.event_id = added.event_id)""");
        Sql.run(connection, "CREATE UNIQUE INDEX ON pg_temp.added_event (event_id)");
        Sql.run(connection, "ANALYZE pg_temp.added_event");
        return Sql.number(connection, "SELECT count(*) FROM pg_temp.added_event");
    }

    /**
     * An added event whose sequence another event of its aggregate has, and that an operator decided to leave out, has
     * no place in its aggregate: it stands in the log as the only one of an aggregate of its own.
     */
    private void leaveOutRepetitions() throws SQLException {
        Sql.run(connection, """
                UPDATE pg_temp.added_event AS added SET aggregate_id = 'skipped ' || added.event_id, sequence = 1,
                  event_name = ?, event_version = ?, payload = '{}', metadata = NULL, skipped_reason = decision.reason
                FROM afterimage.skipped_event AS decision
                WHERE decision.event_id = added.event_id AND (
                  EXISTS (SELECT FROM afterimage.event_log AS logged
                    WHERE logged.aggregate_type = added.aggregate_type COLLATE "C"
                      AND logged.aggregate_id = added.aggregate_id COLLATE "C" AND logged.sequence = added.sequence)
                  OR EXISTS (SELECT FROM pg_temp.added_event AS other
                    WHERE other.aggregate_type = added.aggregate_type AND other.aggregate_id = added.aggregate_id
                      AND other.sequence = added.sequence AND other.event_id <> added.event_id))""", LogEntry.SKIPPED.name(), LogEntry.SKIPPED.version());
    }

    /** Every added event, and every event of the log that stands after a later one of its aggregate. */
    private void findMoves() throws SQLException {
        Sql.run(connection, """
                CREATE TEMPORARY TABLE concerned ON COMMIT DROP AS
                SELECT aggregate_type, aggregate_id FROM pg_temp.added_event
                UNION
                SELECT aggregate_type, aggregate_id FROM (
                  SELECT aggregate_type, aggregate_id, position, lag(position) OVER (
                    PARTITION BY aggregate_type, aggregate_id ORDER BY sequence, position) AS earlier
                  FROM afterimage.event_log) AS history
                WHERE earlier > position""");
        Sql.run(connection, "ANALYZE pg_temp.concerned");
        Sql.run(connection, """
                CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
                SELECT * FROM (
                  SELECT event_id, position, place, sequence, min(position) OVER (
                    PARTITION BY aggregate_type, aggregate_id ORDER BY sequence DESC, position DESC
                    ROWS UNBOUNDED PRECEDING) AS before_position
                  FROM (
                    SELECT event_id, aggregate_type, aggregate_id, sequence, position, NULL AS place
                    FROM afterimage.event_log JOIN pg_temp.concerned USING (aggregate_type, aggregate_id)
                    UNION ALL
                    SELECT event_id, aggregate_type, aggregate_id, sequence, NULL, place FROM pg_temp.added_event
                  ) AS history
                ) AS placed WHERE position IS NULL OR before_position < position""");
        Sql.run(connection, "CREATE UNIQUE INDEX ON pg_temp.moved (event_id)");
        Sql.run(connection, "ANALYZE pg_temp.moved");
    }

    private long firstMove() throws SQLException {
        return Sql.number(
                connection, "SELECT coalesce(min(before_position), %d) FROM pg_temp.moved".formatted(Long.MAX_VALUE));
    }

    private long firstHole() throws SQLException {
        return Sql.number(connection, """
                SELECT coalesce(min(expected) FILTER (WHERE position <> expected), count(*) + 1) FROM (
                  SELECT position, row_number() OVER (ORDER BY position) AS expected FROM afterimage.event_log
                ) AS numbered""");
    }

    private void number(long first) throws SQLException {
        Sql.run(connection, """
                CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
                SELECT event_id, position AS old_position, %1$d - 1 + row_number() OVER (
                  ORDER BY target NULLS LAST, stays, CASE WHEN target IS NOT NULL THEN sequence END, place) AS new_position
                FROM (
                  SELECT logged.event_id, logged.position, coalesce(moved.before_position, logged.position) AS target,
                    moved.event_id IS NULL AS stays, logged.sequence, NULL AS place
                  FROM afterimage.event_log AS logged LEFT JOIN pg_temp.moved AS moved USING (event_id)
                  WHERE logged.position >= %1$d
                  UNION ALL
                  SELECT event_id, NULL, before_position, false, sequence, place FROM pg_temp.moved
                  WHERE position IS NULL
                ) AS tail""".formatted(first));
        Sql.run(connection, "CREATE UNIQUE INDEX ON pg_temp.numbered (event_id)");
        Sql.run(connection, "ANALYZE pg_temp.numbered");
    }

    /** By way of negative positions: at no moment may two rows have the same. */
    private void renumber() throws SQLException {
        Sql.run(connection, """
                UPDATE afterimage.event_log AS logged SET position = -new_position FROM pg_temp.numbered
                WHERE logged.position = old_position AND new_position <> old_position""");
        Sql.run(connection, "UPDATE afterimage.event_log SET position = -position WHERE position < 0");
    }

    private void insertAdded() throws SQLException {
        Sql.run(connection, """
                INSERT INTO afterimage.event_log (position, %1$s)
                SELECT new_position, %1$s FROM pg_temp.added_event JOIN pg_temp.numbered USING (event_id)
                ORDER BY new_position""".formatted(LogRows.COLUMNS));
    }

    /** Each added event follows the one before it, except for events that an operator gave up. */
    private void requireSequences() throws SQLException {
        var sql = """
                SELECT previous, position, %s FROM afterimage.event_log JOIN (
                  SELECT event_id, coalesce(lag(sequence) OVER (
                    PARTITION BY aggregate_type, aggregate_id ORDER BY position), 0) AS previous
                  FROM afterimage.event_log JOIN pg_temp.concerned USING (aggregate_type, aggregate_id)
                ) AS history USING (event_id)
                WHERE sequence <> previous + 1 AND event_id IN (SELECT event_id FROM pg_temp.added_event)
                  AND sequence <> previous + 1 + (SELECT count(*) FROM afterimage.skipped_event AS lost
                    WHERE lost.aggregate_type = event_log.aggregate_type AND lost.aggregate_id = event_log.aggregate_id
                      AND lost.sequence > previous AND lost.sequence < event_log.sequence)
                ORDER BY position LIMIT 1""".formatted(LogRows.COLUMNS);
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            if (rows.next()) {
                throw new OutOfSequenceException(LogRows.read(rows, 2).event(), source, rows.getLong(1));
            }
        }
    }

    /**
     * Each reconciliation makes a new generation, also where it changes nothing: readers may have seen more than there
     * is, of a log that was restored back in time.
     */
    private void moveHead() throws SQLException {
        var sql = """
                UPDATE afterimage.log_head SET generation = %s,
                  position = (SELECT coalesce(max(position), 0) FROM afterimage.event_log)
                WHERE partition = 0 RETURNING position, pg_catalog.pg_notify(?, position::text)""".formatted(Generations.NEXT);
        head = new Position(Sql.number(connection, sql, PostgresEventLog.CHANNEL));
    }

    /** The last event that the source has still: that of a source that was emptied on purpose is none. */
    private void recordMark(SourceMark mark) throws SQLException {
        var sql = """
                UPDATE afterimage.log_source SET bookmark = ?, appended_at = pg_catalog.now(),
                  complete_up_to = coalesce(?, complete_up_to),
                  reconciled_as = (SELECT generation FROM afterimage.log_head WHERE partition = 0),
                  last_event = (
                    SELECT event_id FROM afterimage.event_log AS logged WHERE EXISTS (
                      SELECT FROM pg_temp.known_event AS known WHERE known.event_id = logged.event_id)
                    ORDER BY position DESC LIMIT 1)
                WHERE source = ? AND pg_catalog.set_config('synchronous_commit', 'on', true) = 'on'""";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, mark.bookmark());
            statement.setObject(
                    2,
                    mark.completeUpTo().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null));
            statement.setString(3, source);
            statement.executeUpdate();
        }
    }

    private Correction recordCorrection(long first, long added, long removed) throws SQLException {
        var reason = "source %s was reconciled: %d events added, %d removed".formatted(source, added, removed);
        long generation = Generations.record(connection, Long.toString(first), reason);
        return new Correction(generation, new Position(first), reason, Instant.now());
    }
}
