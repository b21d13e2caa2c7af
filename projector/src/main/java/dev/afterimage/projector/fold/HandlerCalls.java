package dev.afterimage.projector.fold;

import dev.afterimage.domain.LoggedEvent;
import org.jspecify.annotations.Nullable;

/** Runs handlers so that what they throw names the event they were given, and knows which one has not come back. */
final class HandlerCalls {

    private volatile @Nullable LoggedEvent handling;
    private volatile boolean abandoned;

    /**
     * What happens around the event, such as a lost connection, passes as it is.
     *
     * @throws AbandonedException after {@link #abandon}
     */
    void run(LoggedEvent event, Runnable handler) {
        if (abandoned) {
            throw new AbandonedException(event.position());
        }
        handling = event;
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
        } finally {
            handling = null;
        }
    }

    /** No further handler is run. From any thread. */
    void abandon() {
        abandoned = true;
    }

    /** The event that a handler is working on; null between handlers. */
    @Nullable
    LoggedEvent handling() {
        return handling;
    }
}
