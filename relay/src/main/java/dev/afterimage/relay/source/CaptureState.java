package dev.afterimage.relay.source;

/**
 * What the capture stands on, as text that changes with every change that could hide an event.
 *
 * @param outbox the table's identity and whether it is written to the WAL
 * @param publication the publication's identity and how the outbox belongs to it
 * @param timeline the server's timeline: another one after a failover or a restore
 */
public record CaptureState(String outbox, String publication, String timeline) {}
