package dev.afterimage.relay;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.postgres.MigrationException;
import dev.afterimage.relay.Readiness.Held;
import dev.afterimage.relay.Readiness.Ready;
import dev.afterimage.relay.Readiness.Refused;
import dev.afterimage.relay.source.CaptureState;
import dev.afterimage.relay.source.Slot;
import dev.afterimage.relay.source.SnapshotSlot;
import dev.afterimage.relay.source.SourceDatabase;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks before every connect whether the slot continues where the log ends. Whatever would make a hole or a repetition
 * is refused, never passed over.
 */
final class Preflight {

    private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);
    private static final String REPAIR =
            "run ./afterimage repair, which makes the slot again and brings what the outbox still has";

    private final SourceDatabase source;
    private final EventLog log;
    private final String slotName;

    Preflight(SourceDatabase source, EventLog log, String slotName) {
        this.source = source;
        this.log = log;
        this.slotName = slotName;
    }

    /**
     * @throws LogDamagedException if something of the log is gone
     * @throws MigrationException if the outbox's tables are not there, or are too old or too new for this code
     */
    Readiness check() {
        var level = walLevel(source);
        if (level.isPresent()) {
            return level.get();
        }
        source.requireFit();
        var bookmark = log.sources().bookmark(slotName).map(Bookmark::parse);
        if (bookmark.isEmpty()) {
            return new Refused(
                    Refusal.NOT_INITIALISED,
                    "slot %s was never initialised: run ./afterimage init once".formatted(slotName));
        }
        if (bookmark.get().isOfUnfinishedRepair()) {
            return new Refused(
                    Refusal.REPAIR_UNFINISHED,
                    "slot %s: a repair or a first init is at work or ended in the middle: wait for it or run ./afterimage repair again"
                            .formatted(slotName));
        }
        return check(bookmark.get());
    }

    private Readiness check(Bookmark bookmark) {
        return Optional.<Readiness>empty()
                .or(() -> position(bookmark))
                .or(() -> new CaptureCheck(source, slotName).check())
                .or(() -> slot(bookmark))
                .or(() -> new History(source, log, slotName).check())
                .orElseGet(this::ready);
    }

    /** Refused if the server cannot be captured at all. */
    static Optional<Refused> walLevel(SourceDatabase source) {
        var level = source.setting("wal_level");
        return level.equals("logical")
                ? Optional.empty()
                : refused(
                        Refusal.WAL_LEVEL_NOT_LOGICAL,
                        "wal_level is %s and must be logical: set wal_level = logical in postgresql.conf (or ALTER SYSTEM SET wal_level = logical) and restart PostgreSQL"
                                .formatted(level));
    }

    /** Positions of two servers cannot be compared, and no server has delivered what lies behind the end of its WAL. */
    private Optional<Refused> position(Bookmark bookmark) {
        var system = source.systemIdentifier();
        if (!system.equals(bookmark.system())) {
            return refused(
                    Refusal.OTHER_SERVER,
                    "the log was fed from server %s and this is server %s, so positions of the two cannot be compared: connect to the first, or if this is its successor, as after pg_upgrade, %s"
                            .formatted(bookmark.system(), system, REPAIR));
        }
        var end = source.endOfWal();
        if (bookmark.acknowledged().isAfter(end)) {
            return refused(
                    Refusal.SOURCE_REWOUND,
                    "the log was fed up to %s and this server's WAL ends at %s: it was restored back in time, or promoted without what its primary had committed last; %s"
                            .formatted(bookmark.acknowledged(), end, History.REMEDY));
        }
        return Optional.empty();
    }

    private Optional<? extends Readiness> slot(Bookmark bookmark) {
        var found = source.slot(slotName);
        if (found.isEmpty()) {
            return refused(
                    Refusal.SLOT_MISSING,
                    "replication slot %s is gone and events committed after %s may be missing from the log: %s"
                            .formatted(slotName, bookmark.acknowledged(), REPAIR));
        }
        var slot = found.get();
        var notOurs = notOurs(slot);
        if (notOurs.isPresent()) {
            return notOurs;
        }
        if (slot.health().isLost()) {
            return refused(
                    Refusal.SLOT_LOST,
                    "replication slot %s has lost WAL it needs (max_slot_wal_keep_size or idle_replication_slot_timeout was too small for how long no relay ran): %s"
                            .formatted(slotName, REPAIR));
        }
        return slot.activePid() != 0 ? Optional.of(new Held(slot.activePid(), slot.holder())) : ahead(slot, bookmark);
    }

    /** Refused if the slot is there and belongs to another database or another program. */
    Optional<Refused> notOurs(Slot slot) {
        return slot.plugin().equals("pgoutput") && slot.database().equals(source.databaseName())
                ? Optional.empty()
                : refused(
                        Refusal.SLOT_NOT_OURS,
                        "replication slot %s is for plugin %s in database %s, not pgoutput in this one: choose another with RelaySettings.withSlot"
                                .formatted(slotName, slot.plugin(), slot.database()));
    }

    private Optional<Refused> ahead(Slot slot, Bookmark bookmark) {
        return slot.confirmed().isAfter(bookmark.acknowledged())
                ? refused(
                        Refusal.SLOT_AHEAD_OF_LOG,
                        "replication slot %s is confirmed up to %s and the log only has events up to %s: something else moved the slot or made it again, or the log is an older copy; %s"
                                .formatted(slotName, slot.confirmed(), bookmark.acknowledged(), REPAIR))
                : Optional.empty();
    }

    /** A server that was promoted and has all that the log has goes on under its new timeline. */
    private Ready ready() {
        var capture = source.capture(slotName);
        var was = capture.recorded().orElseThrow();
        if (!capture.hasSameTimeline()) {
            var now = capture.now();
            LOG.info("slot {}: the server is on timeline {} now, after {}", slotName, now.timeline(), was.timeline());
            source.recordCapture(slotName, new CaptureState(was.outbox(), was.publication(), now.timeline()));
        }
        return new Ready();
    }

    /** Who holds the slot, for people. */
    static String holder(String slot, Held held) {
        return held.holder().equals(SnapshotSlot.APPLICATION)
                ? "replication slot %s is being made by a repair or init (pid %d)".formatted(slot, held.pid())
                : "replication slot %s is held by pid %d: another relay is running".formatted(slot, held.pid());
    }

    private static Optional<Refused> refused(Refusal reason, String message) {
        return Optional.of(new Refused(reason, message));
    }
}
