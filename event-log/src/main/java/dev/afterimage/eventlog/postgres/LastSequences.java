package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.AggregateRef;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Asks the log for the last sequences of some aggregates. */
record LastSequences(Collection<AggregateRef> aggregates) {

    /**
     * An array in the order of the aggregates, which are its two parameters. They stand in subqueries, so that a plan
     * for arrays of any length is no dearer than one for these: else the server would plan again for each append.
     */
    static final String EXPRESSION = """
            ARRAY(SELECT (SELECT sequence FROM afterimage.event_log AS logged
                WHERE logged.aggregate_type = wanted.type COLLATE "C" AND logged.aggregate_id = wanted.id COLLATE "C"
                ORDER BY sequence DESC LIMIT 1)
              FROM unnest((SELECT ?::text[]), (SELECT ?::text[])) WITH ORDINALITY AS wanted (type, id, place) ORDER BY place)""";

    private static final String SELECT = "SELECT " + EXPRESSION;

    Map<AggregateRef, Long> read(Connection connection, int doublings) throws SQLException {
        if (aggregates.isEmpty()) {
            return Map.of();
        }
        try (var statement = connection.prepareStatement(LogReader.plannedFor(doublings, SELECT))) {
            bind(statement, 1);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return read(rows, 1);
            }
        }
    }

    void bind(PreparedStatement statement, int first) throws SQLException {
        var types = aggregates.stream().map(AggregateRef::type).toArray();
        var ids = aggregates.stream().map(AggregateRef::id).toArray();
        var connection = statement.getConnection();
        statement.setArray(first, connection.createArrayOf("text", types));
        statement.setArray(first + 1, connection.createArrayOf("text", ids));
    }

    /** The last sequence of each aggregate, 0 if the log does not have it. */
    Map<AggregateRef, Long> read(ResultSet row, int column) throws SQLException {
        var found = (Long[]) row.getArray(column).getArray();
        var sequences = new HashMap<AggregateRef, Long>();
        int i = 0;
        for (var aggregate : aggregates) {
            var last = found[i++];
            sequences.put(aggregate, last == null ? 0 : last);
        }
        return sequences;
    }
}
