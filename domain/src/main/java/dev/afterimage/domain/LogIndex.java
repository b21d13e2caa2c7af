package dev.afterimage.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where the log ends, where an event is in it and how complete it is: all that the query side needs of the log. */
public interface LogIndex {

    /**
     * The position of the last event; {@link Position#ZERO} while the log is empty.
     *
     * @throws LogDamagedException if that cannot be known
     */
    Position head();

    /** Where an event is; empty while the log does not have it. */
    Optional<LogPlace> placeOf(EventId event);

    /** The position of an event; empty while the log does not have it. */
    default Optional<Position> positionOf(EventId event) {
        return placeOf(event).map(LogPlace::position);
    }

    /** Rises whenever events change their places or leave: what was read of an earlier generation may be outdated. */
    long generation();

    /** When the first event after a position was committed; empty if there is none or its time is not known. */
    Optional<Instant> committedAfter(Position position);

    /** How far each source has come, by name. */
    List<SourceProgress> sources();
}
