package dev.afterimage.readmodels;

import java.time.Instant;
import java.util.Optional;

/**
 * Who runs a version and how it is doing there.
 *
 * @param node that runs it now; empty if none does
 * @param state as its last node said; {@link VersionState#UNFED} if none ever ran it
 * @param since when it has been in this state or, without a node, since when it has had none
 */
public record VersionLease(Optional<String> node, VersionState state, String message, Instant since) {

    public boolean isHeld() {
        return node.isPresent();
    }

    public boolean isHeldBy(String other) {
        return node.filter(other::equals).isPresent();
    }

    /** The same for readers: what its last node said of a passing state is not so any more when the node is gone. */
    VersionLease forReaders(String whyNot) {
        return switch (state) {
            case STOPPED, OUTDATED -> this;
            default -> isHeld() ? this : new VersionLease(node, VersionState.UNFED, whyNot, since);
        };
    }

    /** For people. */
    public String describe() {
        return switch (state) {
            case UNFED -> "no node runs it since %s%s".formatted(since, message.isEmpty() ? "" : "; " + message);
            default ->
                "%s since %s%s"
                        .formatted(state.stored().replace('_', ' '), since, message.isEmpty() ? "" : ": " + message);
        };
    }
}
