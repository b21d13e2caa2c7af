package dev.afterimage.eventlog;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Looks at what the log holds, beside those who append and read. Needs little memory however much there is. */
public interface LogAudit {

    /** Which of these events the log has. */
    Set<EventId> present(Collection<EventId> events);

    /**
     * Gives the ids of a source's events up to a position to the work, in lists of at most so many, in order. Places
     * that are kept for events that were left out are passed over.
     *
     * @return how many
     */
    long forEach(String source, Position upTo, int atMost, Consumer<List<EventId>> work);

    /** The first event that the log has of an aggregate between two sequences. */
    Optional<LoggedEvent> between(AggregateRef aggregate, long first, long last);

    /** Which events, up to a position, do not follow the one before them in their aggregate: repeated or too early. */
    Difference outOfSequence(Position upTo);
}
