package dev.afterimage.projector.fold;

import dev.afterimage.domain.Decoded;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;

/** An event of the log, decoded once for all projections. */
public record DecodedEvent(LoggedEvent logged, Decoded decoded) {

    public EventId id() {
        return logged.event().id();
    }

    public Position position() {
        return logged.position();
    }

    /** About how large it is: the characters of its payload. */
    public int bytes() {
        return logged.event().payload().length();
    }
}
