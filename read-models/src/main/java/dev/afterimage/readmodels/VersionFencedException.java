package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;

/** The checkpoint of a version was moved or claimed by another projector; nothing was written. */
public final class VersionFencedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    VersionFencedException(ProjectionVersion version, long epoch, Position from) {
        super("%s: its checkpoint is not at position %s in epoch %d any more: another projector has taken over"
                .formatted(version, from, epoch));
    }
}
