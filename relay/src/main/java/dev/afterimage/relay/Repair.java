package dev.afterimage.relay;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.LogAppender;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.DatabaseException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Fills a gap from the outbox. The new slot exports the snapshot at which it starts: rows that the snapshot shows are
 * appended here, rows that commit after it are streamed, and none is both. A crash in the middle leaves the slot ahead
 * of the bookmark, so the relay refuses until repair is run again.
 */
final class Repair {

    private static final int CHUNK = 1_000;

    private final DatabaseAddress address;
    private final SourceDatabase source;
    private final EventLog log;
    private final String slotName;

    Repair(DatabaseAddress address, SourceDatabase source, EventLog log, String slotName) {
        this.address = address;
        this.source = source;
        this.log = log;
        this.slotName = slotName;
    }

    long run() {
        dropSlot();
        var appender = log.sources().claim(slotName);
        var bookmark = log.sources().bookmark(slotName).map(Bookmark::parse).orElseThrow();
        try (var replication = SnapshotSlot.create(address, slotName, source.knowsFailover());
                var connection = replication.openSnapshot()) {
            var missing = missing(connection, appender);
            inChunks(missing, chunk -> {
                appender.append(LogEntry.all(read(connection, chunk)), SourceMark.of(bookmark.toString()));
            });
            var start = new Bookmark(source.systemIdentifier(), replication.consistentPoint());
            appender.append(List.of(), SourceMark.of(start.toString()));
            return missing.size();
        } catch (SQLException e) {
            throw new DatabaseException("repairing slot " + slotName, e);
        }
    }

    private void dropSlot() {
        source.slot(slotName).ifPresent(slot -> {
            if (slot.activePid() != 0) {
                throw new RelayRefusedException(
                        Refusal.SLOT_NOT_OURS,
                        "replication slot %s is held by pid %d: stop the relay before repair"
                                .formatted(slotName, slot.activePid()));
            }
            source.dropSlot(slotName);
        });
    }

    /** In an order that keeps each aggregate's sequence and otherwise follows the writers' transactions. */
    private static List<EventId> missing(Connection connection, LogAppender appender) throws SQLException {
        var missing = new ArrayList<EventId>();
        inChunks(OutboxReader.ids(connection), chunk -> {
            var present = appender.alreadyAppended(chunk);
            chunk.stream().filter(id -> !present.contains(id)).forEach(missing::add);
        });
        return missing;
    }

    private static List<RecordedEvent> read(Connection connection, List<EventId> chunk) {
        try {
            return OutboxReader.events(connection, chunk);
        } catch (SQLException e) {
            throw new DatabaseException("reading %d outbox rows".formatted(chunk.size()), e);
        }
    }

    private static void inChunks(List<EventId> ids, Consumer<List<EventId>> work) {
        for (int from = 0; from < ids.size(); from += CHUNK) {
            work.accept(ids.subList(from, Math.min(ids.size(), from + CHUNK)));
        }
    }
}
