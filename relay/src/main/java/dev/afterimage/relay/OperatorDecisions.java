package dev.afterimage.relay;

import dev.afterimage.domain.Commit;
import dev.afterimage.eventlog.LogEntry;
import dev.afterimage.eventlog.OutOfSequenceException;
import dev.afterimage.eventlog.Skips;
import dev.afterimage.relay.source.OutboxRow;

/** What is done with a change that cannot be appended as it is: what an operator decided, or nothing before that. */
record OperatorDecisions(Skips skips, String source) {

    LogEntry entry(Change.Row row) {
        return switch (row) {
            case Change.Recorded recorded -> LogEntry.of(recorded.event(), recorded.commit());
            case Change.Unreadable unreadable -> leftOut(unreadable);
        };
    }

    private LogEntry leftOut(Change.Unreadable unreadable) {
        var reason = skips.reasonFor(unreadable.id()).orElseThrow(() -> unreadable(unreadable));
        return unreadable.problem().row().leftOut(unreadable.commit(), reason);
    }

    private RefusedChangeException unreadable(Change.Unreadable unreadable) {
        return new RefusedChangeException(
                Refusal.UNREADABLE_CHANGE,
                "slot %s: %s".formatted(source, unreadable.problem().getMessage()),
                () -> skips.reasonFor(unreadable.id()).isPresent());
    }

    /** What is appended instead of an event that does not follow the one before it in its aggregate. */
    LogEntry instead(LogEntry entry, OutOfSequenceException problem) {
        var event = entry.event();
        var commit = entry.commit().orElse(Commit.of(source));
        return skips.reasonFor(event.id())
                .map(reason ->
                        OutboxRow.alone(event.id(), event.aggregate().type(), event.occurredAt(), commit, reason))
                .orElseThrow(() -> new RefusedChangeException(
                        Refusal.OUT_OF_SEQUENCE,
                        String.valueOf(problem.getMessage()),
                        () -> skips.reasonFor(event.id()).isPresent() || areLost(problem)));
    }

    /** Whether every event that is missing was given up: then the log accepts the next one. */
    private boolean areLost(OutOfSequenceException problem) {
        var event = problem.event();
        return event.sequence() > problem.lastInLog()
                && skips.areLost(event.aggregate(), problem.lastInLog() + 1, event.sequence() - 1);
    }

    RefusedChangeException misnamed(Change.Misnamed row) {
        return new RefusedChangeException(
                Refusal.OUTBOX_CHANGED,
                "slot %s: events were committed while the outbox had another name or shape: %s, and afterimage.outbox is what is captured, so they would be missing from the log: give the table its name and its columns' types back if it has others still, then run ./afterimage repair"
                        .formatted(source, row.problem()),
                () -> false);
    }

    RefusedChangeException hole(Change.Row row, int known) {
        return new RefusedChangeException(
                Refusal.HOLE_IN_LOG,
                "slot %s: event %s was committed before %d events that the log has, and the log lacks it: see ./afterimage verify log, then run ./afterimage repair"
                        .formatted(source, row.id(), known),
                () -> false);
    }
}
