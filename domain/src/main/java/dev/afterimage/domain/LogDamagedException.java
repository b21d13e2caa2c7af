package dev.afterimage.domain;

import org.jspecify.annotations.Nullable;

/** The log lacks something that it had: rows or tables of it were removed or changed by somebody else. */
public final class LogDamagedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LogDamagedException(String damage) {
        this(damage, null);
    }

    public LogDamagedException(String damage, @Nullable Throwable cause) {
        super(
                ("the log is damaged: %s; find out what was lost with ./afterimage verify log, "
                                + "then restore it from a backup or run ./afterimage repair")
                        .formatted(damage),
                cause);
    }
}
