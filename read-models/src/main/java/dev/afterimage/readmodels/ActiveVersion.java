package dev.afterimage.readmodels;

import dev.afterimage.domain.LogPlace;
import dev.afterimage.domain.Position;
import java.time.Instant;
import java.util.Optional;

/**
 * An active version as readers find it.
 *
 * @param logGeneration of the log that its rows stand on
 * @param failure why it does not move, if waiting will not help
 * @param seenAt the database's clock
 */
record ActiveVersion(
        ProjectionVersion version,
        Position position,
        long logGeneration,
        Optional<String> failure,
        VersionLease feeding,
        Instant seenAt) {

    /** Positions of two generations of the log are not to be compared: another event may have been there. */
    boolean shows(LogPlace place) {
        return logGeneration == place.generation()
                && !position.isBefore(place.position())
                && feeding.state() != VersionState.OUTDATED;
    }
}
