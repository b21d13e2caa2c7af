package dev.afterimage.relay;

import org.jspecify.annotations.Nullable;

/** The stream of changes ended; a new source continues at what was acknowledged. */
public final class SourceFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SourceFailedException(String slot, String reason, @Nullable Throwable cause) {
        super("slot %s: the stream ended: %s".formatted(slot, reason), cause);
    }
}
