package dev.afterimage.relay.source;

import java.util.Optional;

/**
 * What the outbox has of an aggregate.
 *
 * @param found the first event in the range that was asked for, described
 * @param last the last sequence that the aggregate was given; 0 if the outbox does not know it
 */
public record AggregateHistory(Optional<String> found, long last) {}
