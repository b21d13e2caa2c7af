package dev.afterimage.relay;

import dev.afterimage.eventlog.LogSources;
import dev.afterimage.outbox.OutboxSchema;
import dev.afterimage.relay.Readiness.Held;
import dev.afterimage.relay.Readiness.Ready;
import dev.afterimage.relay.Readiness.Refused;

/**
 * Looks before every connect whether the slot continues where the log ends. Whatever would make a hole or a repetition
 * is refused, never passed over.
 */
final class Preflight {

    private final SourceDatabase source;
    private final LogSources log;
    private final String slotName;

    Preflight(SourceDatabase source, LogSources log, String slotName) {
        this.source = source;
        this.log = log;
        this.slotName = slotName;
    }

    Readiness check() {
        if (!source.setting("wal_level").equals("logical")) {
            return refused(Refusal.WAL_LEVEL_NOT_LOGICAL, walLevelMessage(source));
        }
        var bookmark = log.bookmark(slotName);
        if (bookmark.isEmpty()) {
            return refused(Refusal.NOT_INITIALISED, "slot %s was never initialised: run init once".formatted(slotName));
        }
        if (!source.publishesOutboxInserts()) {
            return refused(
                    Refusal.PUBLICATION_CHANGED,
                    "publication %s does not publish exactly the inserts of afterimage.%s: drop it and create it again as V1__outbox.sql does"
                            .formatted(OutboxSchema.PUBLICATION, OutboxSchema.TABLE));
        }
        return checkSlot(Bookmark.parse(bookmark.get()));
    }

    static String walLevelMessage(SourceDatabase source) {
        return "wal_level is %s and must be logical: set wal_level = logical in postgresql.conf (or ALTER SYSTEM SET wal_level = logical) and restart PostgreSQL"
                .formatted(source.setting("wal_level"));
    }

    private Readiness checkSlot(Bookmark bookmark) {
        var system = source.systemIdentifier();
        if (!system.equals(bookmark.system())) {
            return refused(
                    Refusal.OTHER_SERVER,
                    "the log was fed from server %s and this is server %s: positions of the two cannot be compared; connect to the first, or start a new slot with init"
                            .formatted(bookmark.system(), system));
        }
        var found = source.slot(slotName);
        if (found.isEmpty()) {
            return refused(
                    Refusal.SLOT_MISSING,
                    "replication slot %s is gone and events committed after %s may be missing from the log: run repair, which makes the slot anew and appends what the outbox still has"
                            .formatted(slotName, bookmark.acknowledged()));
        }
        return checkSlot(found.get(), bookmark);
    }

    private Readiness checkSlot(SourceDatabase.Slot slot, Bookmark bookmark) {
        if (!slot.plugin().equals("pgoutput") || !slot.database().equals(source.databaseName())) {
            return refused(
                    Refusal.SLOT_NOT_OURS,
                    "replication slot %s is for plugin %s in database %s, not pgoutput in this one: choose another relay.slot"
                            .formatted(slotName, slot.plugin(), slot.database()));
        }
        if (slot.health().isLost()) {
            return refused(
                    Refusal.SLOT_LOST,
                    "replication slot %s has lost WAL it needs (max_slot_wal_keep_size was too small for how long no relay ran): run repair, which makes the slot anew and appends what the outbox still has"
                            .formatted(slotName));
        }
        if (slot.activePid() != 0) {
            return new Held(slot.activePid());
        }
        if (slot.confirmed().isAfter(bookmark.acknowledged())) {
            return refused(
                    Refusal.SLOT_AHEAD_OF_LOG,
                    "replication slot %s is confirmed up to %s and the log only has events up to %s: something else moved the slot or made it anew, or the log is an older copy; run repair, which makes the slot anew and appends what the outbox still has"
                            .formatted(slotName, slot.confirmed(), bookmark.acknowledged()));
        }
        return new Ready();
    }

    private static Refused refused(Refusal reason, String message) {
        return new Refused(reason, message);
    }
}
