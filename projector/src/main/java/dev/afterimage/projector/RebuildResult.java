package dev.afterimage.projector;

import dev.afterimage.readmodels.Comparison;
import dev.afterimage.readmodels.ProjectionVersion;
import java.time.Duration;
import java.util.Optional;

/**
 * What a rebuild came to.
 *
 * @param version the new active version
 * @param events how many events were folded
 * @param comparison of the version that was live with the new one at the same position; empty if there was none of the
 *     same revision that could move
 */
public record RebuildResult(
        ProjectionVersion version, long events, Duration duration, Optional<Comparison> comparison) {}
