package dev.afterimage.readmodels;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A projection as the database has it, for nodes to decide what to do.
 *
 * @param versions by number
 * @param rebuildRequestedAt when somebody asked for a rebuild that has not been done
 * @param seenAt the database's clock
 */
public record ProjectionView(
        String projection,
        List<VersionView> versions,
        Optional<Instant> rebuildRequestedAt,
        Optional<BuildFailure> buildFailure,
        Instant seenAt) {

    public ProjectionView {
        versions = List.copyOf(versions);
    }

    public Optional<VersionView> active() {
        return versions.stream()
                .filter(view -> view.version().phase() == VersionPhase.ACTIVE)
                .findFirst();
    }

    /** The version that a node is building; empty if none is. */
    public Optional<VersionView> building() {
        return versions.stream()
                .filter(view -> view.version().phase() == VersionPhase.BUILDING
                        && view.lease().isHeld())
                .reduce((earlier, later) -> later);
    }
}
