package dev.afterimage.projector.fold;

import dev.afterimage.domain.Position;

/** A batch was ended before an event, because what it writes is not wanted any more. */
public final class AbandonedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    AbandonedException(Position before) {
        super("cancelled before position " + before);
    }
}
