package dev.afterimage.domain;

import java.util.Optional;

/**
 * A recorded event at its place in the log.
 *
 * @param commit where and when it was committed; empty for events that were appended before the log kept it
 * @param skipped why an operator had the event left out; the place and sequence stay, folds ignore the event
 */
public record LoggedEvent(Position position, RecordedEvent event, Optional<Commit> commit, Optional<String> skipped) {

    /** An event of which nothing is known but its content. */
    public LoggedEvent(Position position, RecordedEvent event) {
        this(position, event, Optional.empty(), Optional.empty());
    }

    /** Whether only the event's place is kept: it has no content, and nobody may handle it. */
    public boolean isSkipped() {
        return skipped.isPresent();
    }
}
