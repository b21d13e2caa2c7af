package dev.afterimage.cli.status;

import dev.afterimage.cli.terminal.Figures;
import dev.afterimage.domain.RelayState;
import dev.afterimage.domain.SourceProgress;
import dev.afterimage.readmodels.VersionState;
import java.time.Instant;
import java.util.Optional;

/** Everything was ended in an orderly way: nothing is wrong with it, but nothing moves. */
final class AtRest {

    private AtRest() {}

    static Optional<String> describe(StatusReport status) {
        return isAtRest(status)
                ? Optional.of(("nothing runs: the relay was closed %s ago and no node feeds the read models; "
                                + "start a node, such as ./afterimage run for the example")
                        .formatted(Figures.duration(StatusReport.since(closed(status), status.at()))))
                : Optional.empty();
    }

    private static boolean isAtRest(StatusReport status) {
        return !status.relays().isEmpty()
                && status.relays().stream().allMatch(AtRest::isClosed)
                && status.versions().stream()
                        .noneMatch(version -> version.view().lease().isHeld());
    }

    static boolean isClosed(SourceProgress relay) {
        return relay.state() == RelayState.CLOSED;
    }

    /** A version that nobody feeds and that any node could feed. */
    static boolean isUnfed(StatusReport.Version version) {
        return version.view().lease().state() == VersionState.UNFED;
    }

    private static Instant closed(StatusReport status) {
        return status.relays().stream()
                .map(SourceProgress::since)
                .max(Instant::compareTo)
                .orElse(status.at());
    }
}
