package dev.afterimage.projector.fold;

import dev.afterimage.domain.Decoded;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;

/** An event of the log, decoded once for all projections. */
public record DecodedEvent(LoggedEvent logged, Decoded decoded) {

    /** What a heap dump shows of envelope and record beside the text itself. */
    private static final int ENVELOPE_BYTES = 600;

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

    /** About how much memory it takes: the payload, the record with its parts, and the envelope of both. */
    public long footprint() {
        return ENVELOPE_BYTES + 2L * bytes();
    }
}
