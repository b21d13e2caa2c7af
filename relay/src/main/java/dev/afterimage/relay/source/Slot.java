package dev.afterimage.relay.source;

import dev.afterimage.relay.Lsn;
import dev.afterimage.relay.SlotHealth;

/**
 * A replication slot as the server sees it.
 *
 * @param activePid the server's process that streams from it; 0 if none does
 * @param holder what that process calls itself
 * @param reply when the one who streams was last heard of, as text by its own clock; empty if nobody does
 */
public record Slot(
        String plugin,
        String database,
        long activePid,
        String holder,
        String reply,
        Lsn confirmed,
        SlotHealth health) {}
