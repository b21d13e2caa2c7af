package dev.afterimage.projector;

import dev.afterimage.domain.LoggedEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Notices a handler that does not come back, by looking now and then. */
final class HandlerAge {

    private static final Duration WORTH_SAYING = Duration.ofSeconds(5);

    private @Nullable LoggedEvent seen;
    private long since;

    /**
     * Looks which event a handler has at hand.
     *
     * @return for how long it has had it; empty if that is not long
     */
    synchronized String look(@Nullable LoggedEvent handling) {
        if (handling == null || !handling.equals(seen)) {
            seen = handling;
            since = System.nanoTime();
            return "";
        }
        var age = Duration.ofNanos(System.nanoTime() - since);
        return age.compareTo(WORTH_SAYING) < 0
                ? ""
                : "in handler of %s at position %s for %d s"
                        .formatted(handling.event().describe(), handling.position(), age.toSeconds());
    }
}
