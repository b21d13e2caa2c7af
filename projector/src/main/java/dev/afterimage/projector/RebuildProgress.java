package dev.afterimage.projector;

import dev.afterimage.domain.Position;

/**
 * How far a rebuild is.
 *
 * @param position the last event folded into the new version
 * @param target the head of the log when it started; events that come later are caught up with
 * @param message why it failed, or what it tries again for; otherwise empty
 */
public record RebuildProgress(RebuildPhase phase, Position position, Position target, String message) {}
