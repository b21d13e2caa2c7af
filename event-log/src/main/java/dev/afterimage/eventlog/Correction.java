package dev.afterimage.eventlog;

import dev.afterimage.domain.Position;
import java.time.Instant;

/**
 * A change of what readers of the log may have seen: events moved, came in between or left, or the log was restored
 * back in time.
 *
 * @param generation the log's generation since then
 * @param from the first position that holds something else than before
 */
public record Correction(long generation, Position from, String reason, Instant at) {}
