package dev.afterimage.projector;

/** A rebuild failed; what readers see did not change. */
public final class RebuildFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final String projection;

    RebuildFailedException(String projection, String reason, Throwable cause) {
        super("rebuild of %s failed: %s; readers see what they saw before".formatted(projection, reason), cause);
        this.projection = projection;
    }

    public String projection() {
        return projection;
    }
}
