package dev.afterimage.eventlog;

import java.time.Instant;
import java.util.Optional;

/**
 * What a source records about itself with an append.
 *
 * @param bookmark how far the source was read, in the source's own terms
 * @param completeUpTo everything that the source committed before this time is in the log with this append; empty if
 *     nothing new is known
 */
public record SourceMark(String bookmark, Optional<Instant> completeUpTo) {

    public static SourceMark of(String bookmark) {
        return new SourceMark(bookmark, Optional.empty());
    }

    public static SourceMark of(String bookmark, Instant completeUpTo) {
        return new SourceMark(bookmark, Optional.of(completeUpTo));
    }
}
