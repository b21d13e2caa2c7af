package dev.afterimage.projector.fold;

import dev.afterimage.domain.EventCatalog;
import org.jooq.DSLContext;

/** How a projection turns a batch of events into statements. */
public sealed interface ProjectionBody permits RowFold, Statements {

    /** @throws dev.afterimage.domain.InvalidCaptureException if it handles events that are not in the catalog */
    void requireKnown(EventCatalog catalog);

    /**
     * Makes a fold for one version.
     *
     * @param context reads the version's tables under their plain names
     * @param empty whether nothing was ever written to them
     * @param keptRows how many rows of a table may stay in memory between batches
     */
    BatchFold open(EventCatalog catalog, DSLContext context, boolean empty, int keptRows);
}
