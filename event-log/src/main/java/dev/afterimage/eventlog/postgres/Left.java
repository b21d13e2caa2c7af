package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.EventId;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.LogRestoredException;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.eventlog.postgres.AggregateSequences.Place;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How an appender left its source and the log. It appends only where it finds them so: in a log that was restored back
 * in time its next events would come after a hole. The bookmark alone does not tell, it stays where it is in the middle
 * of a transaction; nor does the epoch, which a restored log gives again.
 *
 * @param event the last that was appended from the source
 * @param place never behind where the log ends, as long as the generation is the same
 */
record Left(String bookmark, @Nullable UUID event, Place place) {

    /** As it is found with a claim, from which column of {@code bookmark, last_event} on. */
    static Left read(ResultSet row, int column) throws SQLException {
        return new Left(row.getString(column), row.getObject(column + 1, UUID.class), new Place(0, -1));
    }

    Left after(List<LogEntry> entries, SourceMark mark, Place reached) {
        var last = entries.isEmpty() ? event : entries.getLast().event().id().value();
        return new Left(mark.bookmark(), last, reached);
    }

    boolean hasSameMark(Left other) {
        return bookmark.equals(other.bookmark) && Objects.equals(event, other.event);
    }

    void requireNotBefore(Place found, String source) {
        if (found.generation() == place.generation() && found.position() < place.position()) {
            throw new LogRestoredException(
                    source, "ends at position %d".formatted(found.position()), "position " + place.position());
        }
    }

    /** Why the source's row was not found as it was left; null if another appender claimed it. */
    @Nullable
    LogRestoredException whyNot(Connection connection, String source, long epoch) throws SQLException {
        var sql = "SELECT bookmark, last_event FROM afterimage.log_source WHERE source = ? AND epoch = ?";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, source);
            statement.setLong(2, epoch);
            try (var rows = statement.executeQuery()) {
                return rows.next()
                        ? new LogRestoredException(source, read(rows, 1).toString(), toString())
                        : null;
            }
        }
    }

    @Override
    public String toString() {
        return "bookmark %s and last event %s".formatted(bookmark, event == null ? "none" : new EventId(event));
    }
}
