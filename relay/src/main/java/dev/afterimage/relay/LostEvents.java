package dev.afterimage.relay;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.relay.source.SourceDatabase;

/**
 * Whether events are lost for good, before an operator gives them up. What the outbox has is on its way or brought by a
 * repair; what was never recorded would be missed by nobody if it got lost later.
 */
record LostEvents(SourceDatabase source, EventLog log) {

    /** @throws IllegalArgumentException if one of them is not */
    void require(AggregateRef aggregate, long first, long last) {
        log.whole().audit().between(aggregate, first, last).ifPresent(logged -> {
            throw new IllegalArgumentException("%s is not lost: the log has it at position %s"
                    .formatted(logged.event().describe(), logged.position()));
        });
        var history = source.history(aggregate, first, last);
        history.found().ifPresent(event -> {
            throw new IllegalArgumentException(
                    "%s is not lost: the outbox has it, so it is on its way to the log, or ./afterimage repair brings it"
                            .formatted(event));
        });
        if (history.last() < last) {
            throw new IllegalArgumentException(
                    "%s #%d is not lost: the outbox has given this aggregate %d sequences so far"
                            .formatted(aggregate, last, history.last()));
        }
    }
}
