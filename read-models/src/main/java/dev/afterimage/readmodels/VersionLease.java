package dev.afterimage.readmodels;

import java.time.Instant;
import java.util.Optional;

/**
 * Who runs a version and how it is doing there.
 *
 * @param node that runs it now; empty if none does
 * @param state what its node says; without a node {@link VersionState#UNFED}, or why nobody can run it
 * @param since when it has been in this state or, without a node, since when it has had none
 */
public record VersionLease(Optional<String> node, VersionState state, String message, Instant since) {

    public boolean isHeld() {
        return node.isPresent();
    }

    public boolean isHeldBy(String other) {
        return node.filter(other::equals).isPresent();
    }

    /**
     * What the database's row means now. What a node reported of a passing state is not so any more without the node;
     * and who built a version that is not being built any more runs it, until it says how that goes.
     *
     * @param node empty if its lease has ended
     * @param reported the state that was recorded last
     */
    static VersionLease seen(
            VersionPhase phase, Optional<String> node, VersionState reported, String message, Instant since) {
        if (node.isEmpty() && !reported.outlivesItsNode()) {
            return new VersionLease(node, VersionState.UNFED, "", since);
        }
        return reported == VersionState.BUILDING && phase != VersionPhase.BUILDING
                ? new VersionLease(node, VersionState.RUNNING, "", since)
                : new VersionLease(node, reported, message, since);
    }

    /** The same with what will be done about it. */
    VersionLease unfedWhile(String remedy) {
        return state == VersionState.UNFED ? new VersionLease(node, state, remedy, since) : this;
    }

    /** The same of a version that cannot be fed any more: what it was folded with would be folded again. */
    VersionLease withoutCheckpoint() {
        return new VersionLease(
                node,
                VersionState.OUTDATED,
                "somebody deleted its checkpoint or set it back, so nobody knows for which events its rows stand: it is rebuilt",
                since);
    }

    /** For people. */
    public String describe() {
        return switch (state) {
            case UNFED -> "no node runs it since %s%s".formatted(since, message.isEmpty() ? "" : "; " + message);
            default -> "%s since %s%s".formatted(state.words(), since, message.isEmpty() ? "" : ": " + message);
        };
    }
}
