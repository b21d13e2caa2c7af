package dev.afterimage.projector;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One event cannot be folded by one projection; which one is known. */
final class EventFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final transient LoggedEvent event;

    EventFailedException(LoggedEvent event, String reason, @Nullable Throwable cause) {
        super("%s failed: %s".formatted(event.event().describe(), reason), cause);
        this.event = event;
    }

    static EventFailedException because(LoggedEvent event, Throwable cause) {
        return new EventFailedException(event, reason(cause), cause);
    }

    /** What the database said, if it was the database; without its details, which quote rows. */
    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException && cause.getMessage() != null) {
                return cause.getMessage().lines().findFirst().orElse("");
            }
        }
        return failure.toString();
    }

    Position position() {
        return event.position();
    }
}
