package dev.afterimage.projector;

/** A rebuild failed; the live version serves on as if it had not been tried. */
public final class RebuildFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final String projection;

    RebuildFailedException(String projection, String reason, Throwable cause) {
        super("rebuild of %s failed: %s; the live version serves on".formatted(projection, reason), cause);
        this.projection = projection;
    }

    public String projection() {
        return projection;
    }
}
