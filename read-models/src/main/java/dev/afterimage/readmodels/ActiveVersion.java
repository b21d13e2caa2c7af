package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import java.time.Instant;
import java.util.Optional;

/**
 * An active version as readers find it.
 *
 * @param failure why it does not move, if waiting will not help
 * @param seenAt the database's clock
 */
record ActiveVersion(
        ProjectionVersion version, Position position, Optional<String> failure, VersionLease feeding, Instant seenAt) {}
