package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;

/**
 * A retired version would pass the active one; nothing was written. Who still reads the retired one would see the
 * others' future, and an older state when moving on.
 */
public final class AheadOfActiveException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final transient Position active;

    AheadOfActiveException(ProjectionVersion version, Position active) {
        super("%s is retired and may not pass the active version at position %s: wait for it"
                .formatted(version, active));
        this.active = active;
    }

    /** Where the active version is: up to here the retired one may go. */
    public Position active() {
        return active;
    }
}
