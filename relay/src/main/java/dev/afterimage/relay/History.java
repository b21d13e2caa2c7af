package dev.afterimage.relay;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.ReadLimits;
import dev.afterimage.relay.Readiness.Refused;
import dev.afterimage.relay.source.EventTrace;
import dev.afterimage.relay.source.SourceDatabase;
import java.util.Optional;

/**
 * Looks whether the source still has the last event that the log has of it. It was the last that was committed, so a
 * source that was restored back in time, even a little, lacks it. Rows that were merely deleted leave the aggregate's
 * head where it was; a source that was restored has an older head, another event in its place, or a new timeline.
 */
record History(SourceDatabase source, EventLog log, String slot) {

    static final String REMEDY =
            "events that the source lost are still in the log, so decide which of the two is right: ./afterimage repair --phantoms remove takes them out of the log, ./afterimage repair --phantoms keep leaves them in";

    Optional<Refused> check() {
        return lastRepair().or(() -> log.sources().lastEvent(slot).flatMap(this::check));
    }

    /** A repair may leave no last event to look for, or one that was not the last to be committed. */
    private Optional<Refused> lastRepair() {
        var there = log.sources().reconciledAs(slot);
        var here = source.repairedAs(slot);
        if (there.isEmpty() || there.equals(here)) {
            return Optional.empty();
        }
        return Optional.of(
                here.orElse(0) < there.getAsLong()
                        ? new Refused(
                                Refusal.SOURCE_REWOUND,
                                "slot %s was repaired last as generation %d of the log, and this database does not know of it: it was restored to a time before that, or the repair was killed at its very end: run ./afterimage repair, which says so if the log has events that this database lacks"
                                        .formatted(slot, there.getAsLong()))
                        : new Refused(
                                Refusal.SLOT_AHEAD_OF_LOG,
                                "slot %s was repaired last as generation %d of the log, and the log knows of %d only: it was restored to a time before that: run ./afterimage repair, which brings what the outbox still has"
                                        .formatted(slot, here.getAsLong(), there.getAsLong())));
    }

    private Optional<Refused> check(EventId last) {
        var found = logged(last);
        if (found.isEmpty()) {
            return Optional.of(new Refused(
                    Refusal.HOLE_IN_LOG,
                    "the log lacks event %s, the last that was appended from slot %s: see ./afterimage verify log, then run ./afterimage repair"
                            .formatted(last, slot)));
        }
        return check(found.get());
    }

    private Optional<LoggedEvent> logged(EventId event) {
        return log.whole()
                .positionOf(event)
                .flatMap(position -> log
                        .whole()
                        .readAfter(
                                new Position(position.value() - 1),
                                ReadLimits.defaults().withEvents(1))
                        .events()
                        .stream()
                        .findFirst());
    }

    /** What was left out has its row as well, until somebody deletes what nobody could read. */
    private Optional<Refused> check(LoggedEvent last) {
        var trace = source.trace(last.event());
        if (trace.present()) {
            return Optional.empty();
        }
        if (last.isSkipped()) {
            return log.sources().lastNotLeftOut(slot).flatMap(this::check);
        }
        var evidence = evidence(trace, last);
        return Optional.of(evidence.isPresent() ? rewound(last, evidence.get()) : emptied(last));
    }

    private Optional<String> evidence(EventTrace trace, LoggedEvent last) {
        var event = last.event();
        if (trace.head() < event.sequence()) {
            return Optional.of("the outbox has given %s only %d sequences".formatted(event.aggregate(), trace.head()));
        }
        if (trace.replaced()) {
            return Optional.of("the outbox has another #%d of %s".formatted(event.sequence(), event.aggregate()));
        }
        return source.capture(slot).hasSameTimeline()
                ? Optional.empty()
                : Optional.of("the server is on another timeline than before");
    }

    private static Refused rewound(LoggedEvent last, String evidence) {
        return new Refused(
                Refusal.SOURCE_REWOUND,
                "the log's last event of this source, %s at position %s, is not in the outbox and %s: the database was restored back in time; %s"
                        .formatted(last.event().describe(), last.position(), evidence, REMEDY));
    }

    private static Refused emptied(LoggedEvent last) {
        return new Refused(
                Refusal.OUTBOX_EMPTIED,
                "the log's last event of this source, %s at position %s, is not in the outbox, although its aggregate's head is where it was: rows of afterimage.outbox were deleted; if that was on purpose, run ./afterimage repair --phantoms keep (events that were deleted before they were captured go with the old slot), if not, put them back first"
                        .formatted(last.event().describe(), last.position()));
    }
}
