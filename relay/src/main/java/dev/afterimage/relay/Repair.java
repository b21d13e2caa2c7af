package dev.afterimage.relay;

import dev.afterimage.domain.Commit;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.OutOfSequenceException;
import dev.afterimage.eventlog.PhantomEventsException;
import dev.afterimage.eventlog.Phantoms;
import dev.afterimage.eventlog.Reconciled;
import dev.afterimage.eventlog.Reconciliation;
import dev.afterimage.eventlog.SourceMark;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.postgres.Pause;
import dev.afterimage.relay.source.OpenTransactions;
import dev.afterimage.relay.source.OutboxReader;
import dev.afterimage.relay.source.OutboxReader.Rows;
import dev.afterimage.relay.source.OutboxRow;
import dev.afterimage.relay.source.SnapshotSlot;
import dev.afterimage.relay.source.SourceDatabase;
import dev.afterimage.relay.source.UnreadableRowException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes the log equal the outbox. The new slot exports the snapshot at which it starts: rows that the snapshot shows
 * are compared and brought here, rows that commit after it are streamed, and none is both. First the bookmark is set to
 * nowhere: wherever a crash ends this, the relay refuses until repair is run again.
 */
final class Repair {

    private static final int AT_ONCE = 1_000;
    private static final int LOOKS = 50;
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** A limit that only a superuser may raise. */
    private static final String LIMIT_EXCEEDED = "53400";

    private final DatabaseAddress address;
    private final SourceDatabase source;
    private final EventLog log;
    private final String slot;
    private final Consumer<String> notes;

    Repair(DatabaseAddress address, SourceDatabase source, EventLog log, String slot, Consumer<String> notes) {
        this.address = address;
        this.source = source;
        this.log = log;
        this.slot = slot;
        this.notes = notes;
    }

    Reconciled run(Phantoms decision) {
        var capture = new CaptureCheck(source, slot);
        capture.publication().or(capture::heirs).ifPresent(RelayRefusedException::raise);
        var preflight = new Preflight(source, log, slot);
        source.slot(slot).flatMap(preflight::notOurs).ifPresent(RelayRefusedException::raise);
        awaitFree();
        var system = source.systemIdentifier();
        begin(Bookmark.ofUnfinishedRepair(system));
        source.slot(slot).ifPresent(there -> source.dropSlot(slot));
        source.recordCapture(slot, source.capture(slot).now());
        return reconcile(system, decision);
    }

    private Reconciled reconcile(String system, Phantoms decision) {
        try (var made = make();
                var snapshot = made.openSnapshot()) {
            var reconciled = reconcile(snapshot, new Bookmark(system, made.consistentPoint()), decision);
            leaveMark();
            return reconciled;
        } catch (SQLException e) {
            throw new DatabaseException("repairing slot " + slot, e);
        } catch (DatabaseException e) {
            throw explained(e);
        } catch (PhantomEventsException e) {
            throw new RelayRefusedException(
                    Refusal.SOURCE_REWOUND,
                    "%s: ./afterimage repair --phantoms keep or ./afterimage repair --phantoms remove"
                            .formatted(e.getMessage()));
        } catch (OutOfSequenceException e) {
            throw new RelayRefusedException(
                    Refusal.OUT_OF_SEQUENCE,
                    "%s, then the same repair again%s"
                            .formatted(
                                    e.getMessage(),
                                    decision == Phantoms.KEEP
                                            ? "; if its database was restored back in time, ./afterimage repair --phantoms remove instead takes the events that it lost out of the log"
                                            : ""));
        } catch (UnreadableRowException e) {
            throw new RelayRefusedException(
                    Refusal.UNREADABLE_CHANGE, e.getMessage() + ", then ./afterimage repair again");
        }
    }

    /** On a new connection: the other one may have been idle for hours. */
    private void leaveMark() {
        try (var database = new SourceDatabase(address)) {
            log.sources().reconciledAs(slot).ifPresent(generation -> database.recordRepair(slot, generation));
        }
    }

    /**
     * Repairs work one after the other, so the process of another one is that of a repair that was killed, which would
     * wait on for open transactions: it is ended. A relay is not.
     */
    private void awaitFree() {
        for (int look = 1; ; look++) {
            var held = source.slot(slot).filter(found -> found.activePid() != 0);
            if (held.isEmpty()) {
                return;
            }
            var holder = new Readiness.Held(held.get().activePid(), held.get().holder());
            if (look == LOOKS || !holder.holder().equals(SnapshotSlot.APPLICATION)) {
                throw new RelayRefusedException(
                        Refusal.SLOT_NOT_OURS, Preflight.holder(slot, holder) + "; stop it before repair");
            }
            source.terminate(slot, holder.pid());
            Pause.before("the process that holds slot " + slot, PAUSE);
        }
    }

    private DatabaseException explained(DatabaseException failure) {
        return failure.sqlState().equals(LIMIT_EXCEEDED) && failure.getCause() instanceof SQLException cause
                ? new DatabaseException(
                        "repairing slot %s, which sorts the outbox in temporary files (raise temp_file_limit for this role, then run it again),"
                                .formatted(slot),
                        cause)
                : failure;
    }

    private void begin(Bookmark unfinished) {
        var mark = SourceMark.of(unfinished.toString());
        log.sources().register(slot, mark.bookmark());
        log.sources().claim(slot).append(List.of(), mark);
    }

    private SnapshotSlot make() throws SQLException {
        try (var waits = new OpenTransactions(address, slot, notes)) {
            waits.start();
            return SnapshotSlot.create(address, slot, source.knowsFailover());
        }
    }

    private Reconciled reconcile(Connection snapshot, Bookmark start, Phantoms decision) {
        var outbox = new OutboxReader(snapshot);
        try (var reconciliation = log.sources().reconcile(slot, notes)) {
            try (var ids = outbox.idsInOrder()) {
                reconciliation.known(ids);
            }
            reconciliation.forEachMissing(AT_ONCE, ids -> {
                try (var rows = outbox.rows(ids)) {
                    add(reconciliation, rows);
                }
            });
            return reconciliation.finish(SourceMark.of(start.toString()), decision);
        }
    }

    private void add(Reconciliation reconciliation, Rows<OutboxRow> rows) {
        reconciliation.add(new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public LogEntry next() {
                return entry(rows.next());
            }
        });
    }

    private LogEntry entry(OutboxRow row) {
        var commit = Commit.of(slot);
        try {
            return LogEntry.of(row.event(), commit);
        } catch (UnreadableRowException e) {
            var reason = log.skips().reasonFor(row.id()).orElseThrow(() -> e);
            return row.leftOut(commit, reason);
        }
    }
}
