package dev.afterimage.relay;

import java.util.OptionalLong;

/**
 * How PostgreSQL sees the slot.
 *
 * @param walStatus {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
 * @param lagBytes WAL written since the slot's confirmed position
 * @param retainedBytes WAL kept on the server's disk because of the slot
 * @param safeBytes WAL that may still be written before the slot is in danger; empty without
 *     {@code max_slot_wal_keep_size}
 */
public record SlotHealth(boolean active, String walStatus, long lagBytes, long retainedBytes, OptionalLong safeBytes) {

    /** Before the first look at the slot. */
    static final SlotHealth UNKNOWN = new SlotHealth(false, "unknown", 0, 0, OptionalLong.empty());

    /** The server has removed WAL that the slot needs: events are missing from it for good. */
    public boolean isLost() {
        return walStatus.equals("lost");
    }
}
