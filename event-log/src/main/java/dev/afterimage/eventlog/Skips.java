package dev.afterimage.eventlog;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import java.util.Optional;

/** The events that operators decided to leave out, each with the reason. */
public interface Skips {

    /** Decides that an event that cannot be read is left out. Deciding again replaces the reason. */
    void record(EventId event, String reason, String decidedBy);

    /** Decides that an event that is lost for good is not waited for: the aggregate's next one is accepted. */
    void recordLost(AggregateRef aggregate, long sequence, String reason, String decidedBy);

    /** Why an event is left out; empty if nobody decided so. */
    Optional<String> reasonFor(EventId event);

    /** Why an event that is lost for good is not waited for; empty if nobody decided so. */
    Optional<String> reasonForLost(AggregateRef aggregate, long sequence);
}
