package dev.afterimage.readmodels;

import org.jspecify.annotations.Nullable;

/** A read model cannot be made, switched or read as asked; the message says what to do. */
public final class ReadModelException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final String projection;

    public ReadModelException(String projection, String problem) {
        this(projection, problem, null);
    }

    public ReadModelException(String projection, String problem, @Nullable Throwable cause) {
        super("projection %s: %s".formatted(projection, problem), cause);
        this.projection = projection;
    }

    /** For problems of which no projection is known. */
    ReadModelException(String problem, Throwable cause) {
        super(problem, cause);
        this.projection = "";
    }

    /** Which one; empty if that is not known. */
    public String projection() {
        return projection;
    }
}
