package dev.afterimage.domain;

import java.util.Optional;

/** Where the log ends and where an event is in it: all that the query side needs to know of the log. */
public interface LogIndex {

    /** The position of the last event; {@link Position#ZERO} while the log is empty. */
    Position head();

    /** The position of an event; empty while the log does not have it. */
    Optional<Position> positionOf(EventId event);
}
