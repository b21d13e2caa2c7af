package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import dev.afterimage.domain.SourceProgress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What the sources' relays say of themselves, as rows of {@code relay_status}. */
final class SourceReports {

    private static final String UPSERT = """
            INSERT INTO afterimage.relay_status AS status (source, state, message, since, node, seen_at)
            SELECT own.source, own.state, own.message, pg_catalog.clock_timestamp(), own.node, pg_catalog.clock_timestamp()
            FROM (VALUES (?::text, ?::text, ?::text, ?::text)) AS own (source, state, message, node)
            WHERE own.state = 'STREAMING' OR NOT EXISTS (
              SELECT FROM afterimage.relay_status AS other WHERE other.source = own.source AND other.node <> own.node
                AND other.seen_at > pg_catalog.clock_timestamp() - interval '5 s')
            ON CONFLICT (source) DO UPDATE SET state = excluded.state, message = excluded.message,
              since = CASE WHEN status.state = excluded.state AND status.node = excluded.node THEN status.since
                ELSE excluded.since END,
              node = excluded.node, seen_at = excluded.seen_at""";

    /** Relays of earlier versions do not report; their appends show that they are running. */
    private static final String SELECT = """
            SELECT source, coalesce(status.state, ?), coalesce(status.message, 'no relay has reported yet'),
              coalesce(status.since, appended_at), greatest(status.seen_at, appended_at), complete_up_to,
              (SELECT position FROM afterimage.event_log WHERE event_id = last_event)
            FROM afterimage.log_source LEFT JOIN afterimage.relay_status AS status USING (source) ORDER BY source""";

    private SourceReports() {}

    static int write(Connection connection, String source, RelayState state, String message, String node)
            throws SQLException {
        try (var statement = connection.prepareStatement(UPSERT)) {
            statement.setString(1, source);
            statement.setString(2, state.name());
            statement.setString(3, message);
            statement.setString(4, node);
            return statement.executeUpdate();
        }
    }

    static List<SourceProgress> read(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(SELECT)) {
            statement.setString(1, RelayState.UNKNOWN.name());
            try (var rows = statement.executeQuery()) {
                var sources = new ArrayList<SourceProgress>();
                while (rows.next()) {
                    sources.add(new SourceProgress(
                            rows.getString(1),
                            RelayState.named(rows.getString(2)),
                            rows.getString(3),
                            Objects.requireNonNull(LogRows.instant(rows, 4)),
                            Objects.requireNonNull(LogRows.instant(rows, 5)),
                            Optional.ofNullable(LogRows.instant(rows, 6)),
                            new Position(rows.getLong(7))));
                }
                return sources;
            }
        }
    }
}
