package dev.afterimage.projector;

import dev.afterimage.domain.LoggedEvent;

/** Runs a handler so that what it throws names the event it was given. */
final class Attributed {

    private Attributed() {}

    /** What happens around the event, such as a lost connection, passes as it is. */
    static void to(LoggedEvent event, Runnable handler) {
        try {
            handler.run();
        } catch (Exception e) {
            if (e instanceof RuntimeException passing && !Blame.isOnHandler(e)) {
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
