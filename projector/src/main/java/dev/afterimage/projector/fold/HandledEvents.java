package dev.afterimage.projector.fold;

import dev.afterimage.domain.Decoded;
import dev.afterimage.domain.EventSelection;
import java.util.List;
import java.util.Optional;

/** Decides which events a projection gets: those it declared. One that it should get and cannot read stops it. */
record HandledEvents(List<EventSelection> selections) {

    /**
     * The event as a Java record; empty if the projection does not handle such events, or an operator had it skipped.
     *
     * @throws EventFailedException if it does and the event is unreadable
     */
    Optional<Object> event(DecodedEvent event) {
        if (event.logged().isSkipped()) {
            return Optional.empty();
        }
        return switch (event.decoded()) {
            case Decoded.Known known -> Optional.of(known.event());
            case Decoded.Unreadable unreadable
            when isHandled(event) -> throw new EventFailedException(event.logged(), unreadable.reason(), null);
            case Decoded.Unreadable ignored -> Optional.empty();
        };
    }

    private boolean isHandled(DecodedEvent event) {
        return selections.stream()
                .anyMatch(selection -> selection.covers(event.logged().event()));
    }
}
