package dev.afterimage.relay;

import dev.afterimage.eventlog.EventLog;
import dev.afterimage.outbox.OutboxSchema;
import dev.afterimage.postgres.DatabaseAddress;

/**
 * Makes a source ready, once and explicitly: the outbox's tables and publication, the slot, its bookmark in the log.
 */
public final class RelaySetup {

    private final DatabaseAddress address;
    private final SourceDatabase source;
    private final EventLog log;
    private final String slotName;

    public RelaySetup(DatabaseAddress address, EventLog log, RelaySettings settings) {
        this.address = address;
        this.source = new SourceDatabase(address);
        this.log = log;
        this.slotName = settings.slot();
    }

    /**
     * Makes what is missing; idempotent, also after a crash in the middle and on several nodes at once. Events that
     * committed before it are in the outbox and not in the log: {@link #repair()} brings them.
     *
     * @throws RelayRefusedException if the server cannot be captured, or a slot that was made before is gone
     */
    public void init() {
        requireLogicalWal();
        OutboxSchema.migrations().apply(address.dataSource("afterimage-init"));
        source.oneNodeAtATime(slotName, this::makeSlot);
        requireReady();
    }

    private void makeSlot() {
        if (log.sources().bookmark(slotName).isEmpty()) {
            var slot = source.slot(slotName).orElseGet(() -> source.createSlot(slotName));
            var bookmark = new Bookmark(source.systemIdentifier(), slot.confirmed());
            log.sources().register(slotName, bookmark.toString());
        }
    }

    /**
     * Closes a gap: makes the slot anew and appends every event that the outbox has and the log lacks, each aggregate's
     * in order. No relay may be streaming.
     *
     * @return how many events were appended
     * @throws RelayRefusedException if a relay holds the slot or the source was never initialised
     */
    public long repair() {
        requireLogicalWal();
        if (log.sources().bookmark(slotName).isEmpty()) {
            throw new RelayRefusedException(
                    Refusal.NOT_INITIALISED, "slot %s was never initialised: run init once".formatted(slotName));
        }
        return new Repair(address, source, log, slotName).run();
    }

    private void requireLogicalWal() {
        if (!source.setting("wal_level").equals("logical")) {
            throw new RelayRefusedException(Refusal.WAL_LEVEL_NOT_LOGICAL, Preflight.walLevelMessage(source));
        }
    }

    private void requireReady() {
        if (new Preflight(source, log.sources(), slotName).check() instanceof Readiness.Refused refused) {
            throw new RelayRefusedException(refused.reason(), refused.message());
        }
    }
}
