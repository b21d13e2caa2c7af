package dev.afterimage.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * How far a source has come into the log, and what its relay last said of itself.
 *
 * @param state the name of the relay's state; {@link #UNKNOWN} if no relay has reported yet
 * @param since when its relay, the one that runs now, entered that state
 * @param seenAt when the log last heard of its relay
 * @param completeUpTo everything that the source committed before this time, by the source's clock, is in the log;
 *     empty if no canary has passed yet
 * @param lastPosition where the source's last event is in the log; {@link Position#ZERO} if it is not known
 */
public record SourceProgress(
        String source,
        String state,
        String message,
        Instant since,
        Instant seenAt,
        Optional<Instant> completeUpTo,
        Position lastPosition) {

    /** The state of a source whose relay has not reported any. */
    public static final String UNKNOWN = "UNKNOWN";
}
