package dev.afterimage.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a source has come into the log, and what its relay last reported.
 *
 * @param state of its relay; {@link RelayState#UNKNOWN} if none has reported yet
 * @param since when its relay, the one that runs now, entered that state
 * @param seenAt when the log last heard of its relay
 * @param completeUpTo everything that the source committed before this time, by the source's clock, is in the log;
 *     empty if no canary has passed yet
 * @param lastPosition where the source's last event is in the log; {@link Position#ZERO} if it is not known
 */
public record SourceProgress(
        String source,
        RelayState state,
        String message,
        Instant since,
        Instant seenAt,
        Optional<Instant> completeUpTo,
        Position lastPosition) {}
