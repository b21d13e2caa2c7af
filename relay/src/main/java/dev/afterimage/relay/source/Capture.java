package dev.afterimage.relay.source;

import java.util.Optional;

/**
 * What the capture stands on now, and stood on when it was last known to be complete.
 *
 * @param recorded empty if nothing is recorded for the slot
 */
public record Capture(CaptureState now, Optional<CaptureState> recorded) {

    /** Whether the outbox is the table that was captured, and always was. */
    public boolean hasSameOutbox() {
        return recorded.filter(was -> was.outbox().equals(now.outbox())).isPresent();
    }

    /** Whether the publication was not changed, not even there and back. */
    public boolean hasSamePublication() {
        return recorded.filter(was -> was.publication().equals(now.publication()))
                .isPresent();
    }

    /** Whether the server was neither restored nor promoted. */
    public boolean hasSameTimeline() {
        return recorded.filter(was -> was.timeline().equals(now.timeline())).isPresent();
    }
}
