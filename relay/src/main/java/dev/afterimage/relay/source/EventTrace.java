package dev.afterimage.relay.source;

/**
 * What the outbox says of an event that the log has.
 *
 * @param present whether its row is there
 * @param head the last sequence that its aggregate was given; 0 if the outbox does not know the aggregate
 * @param replaced whether another event has its sequence
 */
public record EventTrace(boolean present, long head, boolean replaced) {}
