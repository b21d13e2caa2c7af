package dev.afterimage.eventlog;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import java.util.Optional;

/** The events that operators decided to leave out, each with the reason. */
public interface Skips {

    /**
     * Decides that an event that cannot be appended is left out. Deciding again replaces the reason.
     *
     * @throws IllegalArgumentException if the log has it already
     */
    void record(EventId event, String reason, String decidedBy);

    /**
     * Decides that events that are lost for good are not waited for: the aggregate's next one is accepted. Deciding
     * again replaces the reason.
     *
     * @param first the sequence of the first of them
     * @param last the sequence of the last of them
     */
    void recordLost(AggregateRef aggregate, long first, long last, String reason, String decidedBy);

    /** Why an event is left out; empty if nobody decided so. */
    Optional<String> reasonFor(EventId event);

    /** Whether somebody decided for each of these sequences that its event is not waited for. */
    boolean areLost(AggregateRef aggregate, long first, long last);
}
