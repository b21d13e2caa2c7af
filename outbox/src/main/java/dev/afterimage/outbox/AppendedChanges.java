package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.CommitToken;
import java.util.List;
import java.util.Optional;

/**
 * Events of several aggregates were recorded and appear in the log once the caller's transaction commits.
 *
 * @param aggregates what was recorded for each aggregate, in the order in which they were first named
 * @param token lets a reader wait until a read model shows all of it
 */
public record AppendedChanges(List<Appended> aggregates, CommitToken token) implements ChangesResult {

    public AppendedChanges {
        aggregates = List.copyOf(aggregates);
    }

    /** What was recorded for one aggregate; empty if the changes had none of it. */
    public Optional<Appended> of(AggregateRef aggregate) {
        return aggregates.stream()
                .filter(appended -> appended.aggregate().equals(aggregate))
                .findFirst();
    }
}
