package dev.afterimage.projector;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.postgres.SqlStates;

/** Runs a handler so that what it throws names the event it was given. */
final class Attributed {

    private Attributed() {}

    /** A database that is away for a moment is not the event's fault, so such failures pass as they are. */
    static void to(LoggedEvent event, Runnable handler) {
        try {
            handler.run();
        } catch (Exception e) {
            if (e instanceof RuntimeException passing && SqlStates.isTransient(e)) {
                throw passing;
            }
            throw EventFailedException.because(event, e);
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Error e) {
            throw EventFailedException.because(event, e);
        }
    }
}
