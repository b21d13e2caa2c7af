package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import java.util.Optional;

/**
 * How up to date a projection's active version is.
 *
 * @param position the last event it shows
 * @param eventsBehind how many events the log has after that, also such as the projection ignores
 * @param failure why it does not move, if it stopped
 */
public record Freshness(ProjectionVersion version, Position position, long eventsBehind, Optional<String> failure) {

    public boolean isCaughtUp() {
        return eventsBehind == 0;
    }
}
