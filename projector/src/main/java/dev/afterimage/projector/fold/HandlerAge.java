package dev.afterimage.projector.fold;

import dev.afterimage.domain.LoggedEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Notices a handler that does not come back, by looking now and then. */
public final class HandlerAge {

    private static final Duration WORTH_SAYING = Duration.ofSeconds(5);

    private @Nullable LoggedEvent seen;
    private long since;

    /**
     * Looks which event a handler is working on.
     *
     * @return for how long it has had it; empty if that is not long
     */
    public synchronized String look(@Nullable LoggedEvent handling) {
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
