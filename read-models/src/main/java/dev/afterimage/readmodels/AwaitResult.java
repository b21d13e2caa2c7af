package dev.afterimage.readmodels;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.domain.Position;

/** What waiting for a commit came to. */
public sealed interface AwaitResult {

    /** Every awaited read model shows the commit, which is at {@code position}. */
    record Visible(Position position) implements AwaitResult {}

    /** Time ran out; {@code waitingFor} says what is missing. What is queried now may not show the commit. */
    record TimedOut(CommitToken token, String waitingFor) implements AwaitResult {}

    /** A projection stopped before the commit: waiting longer will not help. */
    record Stopped(CommitToken token, String projection, String failure) implements AwaitResult {}

    /** Waiting will not help: {@code why} says what is missing and never comes. */
    record Unreachable(CommitToken token, String why) implements AwaitResult {}

    default boolean isVisible() {
        return this instanceof Visible;
    }
}
