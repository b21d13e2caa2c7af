package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.Difference;
import dev.afterimage.postgres.Copy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Which events a source has and which the log has of it, compared in temporary tables of the log's database. */
final class SourceComparison {

    private static final int EXAMPLES = 5;

    private final Connection connection;
    private final String source;

    SourceComparison(Connection connection, String source) {
        this.connection = connection;
        this.source = source;
    }

    void known(Iterator<EventId> events) throws SQLException {
        Sql.run(connection, "CREATE TEMPORARY TABLE known_event (place bigint, event_id uuid) ON COMMIT DROP");
        var place = new AtomicLong();
        Copy.rows(
                connection,
                "COPY pg_temp.known_event (place, event_id) FROM STDIN",
                () -> events,
                (row, id) -> row.add(place.incrementAndGet()).add(id.toString()));
        Sql.run(connection, "CREATE INDEX ON pg_temp.known_event (event_id)");
        Sql.run(connection, "ANALYZE pg_temp.known_event");
        findMissing();
        findPhantoms();
    }

    private void findMissing() throws SQLException {
        Sql.run(connection, """
                CREATE TEMPORARY TABLE missing_event ON COMMIT DROP AS
                SELECT place, event_id FROM pg_temp.known_event AS known WHERE NOT EXISTS (
                  SELECT FROM afterimage.event_log AS logged WHERE logged.event_id = known.event_id)""");
        Sql.run(connection, "CREATE UNIQUE INDEX ON pg_temp.missing_event (place)");
        Sql.run(connection, "CREATE INDEX ON pg_temp.missing_event (event_id)");
        Sql.run(connection, "ANALYZE pg_temp.missing_event");
    }

    /**
     * An event without a source was appended before the log kept it: it is this source's if there is no other. A place
     * that was kept for an event that was left out is a phantom only if it comes after an event that is one.
     */
    private void findPhantoms() throws SQLException {
        Sql.run(connection, """
                CREATE TEMPORARY TABLE phantom_event ON COMMIT DROP AS
                SELECT event_id, position AS seen_at, skipped_reason IS NOT NULL AS is_skipped
                FROM afterimage.event_log AS logged
                WHERE (source = '%s' OR source IS NULL AND (SELECT count(*) FROM afterimage.log_source) = 1)
                  AND NOT EXISTS (SELECT FROM pg_temp.known_event AS known WHERE known.event_id = logged.event_id)""".formatted(source.replace("'", "''")));
        Sql.run(connection, """
                DELETE FROM pg_temp.phantom_event WHERE is_skipped AND seen_at < coalesce(
                  (SELECT min(seen_at) FROM pg_temp.phantom_event WHERE NOT is_skipped), %d)""".formatted(Long.MAX_VALUE));
        Sql.run(connection, "CREATE INDEX ON pg_temp.phantom_event (event_id)");
        Sql.run(connection, "ANALYZE pg_temp.phantom_event");
    }

    Difference missing() throws SQLException {
        var examples = new ArrayList<String>();
        pageOfMissing(0, EXAMPLES, examples);
        return new Difference(
                Sql.number(connection, "SELECT count(*) FROM pg_temp.missing_event"), Optional.empty(), examples);
    }

    void forEachMissing(int atMost, Consumer<List<EventId>> work) throws SQLException {
        long after = 0;
        var ids = new ArrayList<String>();
        do {
            ids.clear();
            after = pageOfMissing(after, atMost, ids);
            if (!ids.isEmpty()) {
                work.accept(ids.stream().map(EventId::parse).toList());
            }
        } while (ids.size() == atMost);
    }

    /** Adds the ids of the next missing events and returns the place of the last. */
    private long pageOfMissing(long after, int atMost, List<String> ids) throws SQLException {
        var sql = "SELECT place, event_id FROM pg_temp.missing_event WHERE place > ? ORDER BY place LIMIT ?";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, after);
            statement.setInt(2, atMost);
            long last = after;
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    last = rows.getLong(1);
                    ids.add(rows.getObject(2, UUID.class).toString());
                }
            }
            return last;
        }
    }

    Difference phantoms() throws SQLException {
        long count = Sql.number(connection, "SELECT count(*) FROM pg_temp.phantom_event");
        var sql = """
                SELECT position, %s FROM pg_temp.phantom_event JOIN afterimage.event_log USING (event_id)
                ORDER BY position LIMIT ?""".formatted(LogRows.COLUMNS);
        try (var statement = connection.prepareStatement(sql)) {
            statement.setInt(1, EXAMPLES);
            try (var rows = statement.executeQuery()) {
                var examples = new ArrayList<String>();
                Optional<Position> first = Optional.empty();
                while (rows.next()) {
                    var logged = LogRows.read(rows, 1);
                    first = first.or(() -> Optional.of(logged.position()));
                    examples.add(logged.event().describe());
                }
                return new Difference(count, first, examples);
            }
        }
    }
}
