package dev.afterimage.projector.fold;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.postgres.Cause;
import org.jspecify.annotations.Nullable;

/** One event cannot be folded by one projection; which one is known. */
public final class EventFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final transient LoggedEvent event;

    EventFailedException(LoggedEvent event, String reason, @Nullable Throwable cause) {
        super("%s failed: %s".formatted(event.event().describe(), reason), cause);
        this.event = event;
    }

    public static EventFailedException because(LoggedEvent event, Throwable cause) {
        return new EventFailedException(event, Cause.describe(cause), cause);
    }

    public Position position() {
        return event.position();
    }
}
