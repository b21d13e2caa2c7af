package dev.afterimage.relay.source;

import dev.afterimage.relay.Lsn;
import dev.afterimage.relay.SlotHealth;
import java.util.Optional;

/**
 * A replication slot as the server sees it.
 *
 * @param activePid the server's process that streams from it; 0 if none does
 * @param holder what that process calls itself
 * @param reply when the one who streams was last heard of, as text by its own clock; empty if nobody does, if it has
 *     reported nothing yet, or if our role may not read all statistics
 */
public record Slot(
        String plugin,
        String database,
        long activePid,
        String holder,
        Optional<String> reply,
        Lsn confirmed,
        SlotHealth health) {}
