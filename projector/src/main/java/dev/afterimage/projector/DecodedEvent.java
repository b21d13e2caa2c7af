package dev.afterimage.projector;

import dev.afterimage.domain.Decoded;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;

/** An event of the log, decoded once for all projections. */
record DecodedEvent(LoggedEvent logged, Decoded decoded) {

    EventId id() {
        return logged.event().id();
    }

    Position position() {
        return logged.position();
    }

    /** About how large it is: the characters of its payload. */
    int bytes() {
        return logged.event().payload().length();
    }
}
