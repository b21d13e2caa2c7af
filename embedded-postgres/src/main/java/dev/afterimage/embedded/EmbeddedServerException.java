package dev.afterimage.embedded;

import org.jspecify.annotations.Nullable;

/** The embedded PostgreSQL could not do what was asked; the message says what to do about it. */
public final class EmbeddedServerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EmbeddedServerException(String problem) {
        this(problem, null);
    }

    EmbeddedServerException(String problem, @Nullable Throwable cause) {
        super("embedded PostgreSQL: " + problem, cause);
    }
}
