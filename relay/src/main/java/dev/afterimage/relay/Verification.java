package dev.afterimage.relay;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.SourceProgress;
import dev.afterimage.eventlog.Difference;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.LogAudit;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.postgres.Pause;
import dev.afterimage.relay.source.OutboxReader;
import dev.afterimage.relay.source.SourceDatabase;
import dev.afterimage.relay.source.Unlimited;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares the outbox with the log while the relay may run. First the outbox is fixed by a snapshot; then a canary must
 * pass through the log, and with it everything that the snapshot shows: what is missing then is lost.
 */
final class Verification {

    private static final int AT_ONCE = 5_000;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final DatabaseAddress address;
    private final SourceDatabase source;
    private final EventLog log;
    private final String slot;
    private final LogAudit audit;

    Verification(DatabaseAddress address, SourceDatabase source, EventLog log, String slot) {
        this.address = address;
        this.source = source;
        this.log = log;
        this.slot = slot;
        this.audit = log.whole().audit();
    }

    VerifyReport run(Duration patience) {
        var head = log.whole().head();
        return inSnapshot(snapshot -> {
            boolean isComplete = canaryPasses(patience);
            var lost = missing(snapshot, isComplete);
            return new VerifyReport(
                    slot,
                    isComplete,
                    completeUpTo(),
                    lost.compared,
                    lost.missing.difference(),
                    lost.undecided,
                    phantoms(head),
                    audit.outOfSequence(head));
        });
    }

    private interface Work<T> {
        T on(Connection snapshot) throws SQLException;
    }

    private <T> T inSnapshot(Work<T> work) {
        try (var connection = address.withSocketTimeout(Duration.ZERO).connect("afterimage-verify")) {
            Unlimited.on(connection);
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (var statement = connection.createStatement()) {
                statement.execute("SELECT 1 FROM afterimage.outbox LIMIT 1");
            }
            return work.on(connection);
        } catch (SQLException e) {
            throw new DatabaseException("comparing the outbox with the log", e);
        }
    }

    /** Waits for one of the relay's own, which it sends all the time: it takes no one else's word. */
    private boolean canaryPasses(Duration patience) {
        var from = source.clock();
        long deadline = System.nanoTime() + patience.toNanos();
        while (completeUpTo().filter(time -> !time.isBefore(from)).isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Pause.before("a canary to pass through slot " + slot, PAUSE);
        }
        return true;
    }

    private Optional<Instant> completeUpTo() {
        return log.whole().sources().stream()
                .filter(progress -> progress.source().equals(slot))
                .findFirst()
                .flatMap(SourceProgress::completeUpTo);
    }

    private static final class Lost {
        private final Examples missing = new Examples();
        private long compared;
        private long undecided;
    }

    private Lost missing(Connection snapshot, boolean isComplete) throws SQLException {
        var reader = new OutboxReader(snapshot);
        var lost = new Lost();
        var upTo = isComplete ? Instant.MAX : completeUpTo().orElse(Instant.MIN);
        try (var ids = reader.ids()) {
            while (ids.hasNext()) {
                var chunk = new ArrayList<EventId>(AT_ONCE);
                while (ids.hasNext() && chunk.size() < AT_ONCE) {
                    chunk.add(ids.next());
                }
                lost.compared += chunk.size();
                var present = audit.present(chunk);
                chunk.removeAll(present);
                judge(reader, chunk, upTo, lost);
            }
        }
        return lost;
    }

    private static void judge(OutboxReader reader, List<EventId> absent, Instant upTo, Lost lost) {
        if (absent.isEmpty()) {
            return;
        }
        try (var places = reader.places(absent)) {
            while (places.hasNext()) {
                var place = places.next();
                if (place.recordedBefore(upTo)) {
                    lost.missing.add(place.description());
                } else {
                    lost.undecided++;
                }
            }
        }
    }

    /** Read without the snapshot: whatever is in the log was committed before, and may be younger than it. */
    private Difference phantoms(Position head) {
        var phantoms = new Examples();
        audit.forEach(slot, head, AT_ONCE, ids -> source.absent(ids).forEach(id -> phantoms.add(id.toString())));
        return phantoms.difference();
    }

    /** Counts, and keeps the first few. */
    private static final class Examples {

        private static final int KEPT = 5;
        private final List<String> kept = new ArrayList<>();
        private long count;

        void add(String example) {
            if (++count <= KEPT) {
                kept.add(example);
            }
        }

        Difference difference() {
            return new Difference(count, Optional.empty(), kept);
        }
    }
}
