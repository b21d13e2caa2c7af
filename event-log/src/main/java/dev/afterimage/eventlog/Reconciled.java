package dev.afterimage.eventlog;

import java.util.Optional;

/**
 * What a reconciliation changed.
 *
 * @param added how many events the log lacked
 * @param removed how many events left the log
 * @param correction what changed of that which readers may have seen; empty if events came to the end at most
 */
public record Reconciled(long added, long removed, Optional<Correction> correction) {}
