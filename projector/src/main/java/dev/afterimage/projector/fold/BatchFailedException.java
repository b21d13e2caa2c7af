package dev.afterimage.projector.fold;

import dev.afterimage.postgres.Cause;

/** A batch could not be written, and which of its events is to blame is not known: a smaller batch will tell. */
public final class BatchFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final int events;

    public BatchFailedException(int events, Throwable cause) {
        super("a batch of %d events failed: %s".formatted(events, Cause.describe(cause)), cause);
        this.events = events;
    }

    public int events() {
        return events;
    }
}
