package dev.afterimage.postgres;

import java.time.Duration;
import java.util.concurrent.CancellationException;

/** The time between two looks at a database that tells nobody when something changes. */
public final class Pause {

    private Pause() {}

    /** @throws CancellationException if this thread is interrupted; the message names what was waited for */
    public static void before(String what, Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("waiting for %s was interrupted".formatted(what));
        }
    }
}
