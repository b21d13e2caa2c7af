package dev.afterimage.projector;

import java.util.List;
import org.jooq.DSLContext;

/** Folds batches into the tables of one version. Used by one thread. */
interface BatchFold {

    /**
     * Brings the rows of a batch up to date inside a transaction, in the order of the log.
     *
     * @throws EventFailedException if an event that the projection handles could not be folded
     */
    void apply(DSLContext transaction, List<DecodedEvent> batch);

    /** The transaction of the last batch has committed. */
    void committed();

    /** The transaction of the last batch was rolled back: what was remembered of it is wrong. */
    void rolledBack();
}
