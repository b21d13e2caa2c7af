package dev.afterimage.projector.fold;

import dev.afterimage.domain.LoggedEvent;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Folds batches into the tables of one version. Used by one thread. */
public interface BatchFold {

    /**
     * Brings the rows of a batch up to date inside a transaction, in the order of the log.
     *
     * @throws EventFailedException if an event that the projection handles could not be folded
     * @throws AbandonedException after {@link #abandon}
     */
    void apply(DSLContext transaction, List<DecodedEvent> batch);

    /** Whether a failure of {@link #apply} comes from the events or what they wrote, so that it repeats itself. */
    boolean isToBlame(Throwable failure);

    /** The event that a handler is working on; null between handlers. From any thread. */
    @Nullable
    LoggedEvent handling();

    /** Ends the current batch before its next event: what it wrote is not wanted any more. From any thread. */
    void abandon();

    /** The transaction of the last batch has committed. */
    void committed();

    /** The transaction of the last batch was rolled back: what was remembered of it is wrong. */
    void rolledBack();
}
