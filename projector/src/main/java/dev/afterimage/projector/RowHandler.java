package dev.afterimage.projector;

import org.jspecify.annotations.Nullable;

/** Folds one event into one row. */
@FunctionalInterface
public interface RowHandler<R, E> {

    /**
     * Changes the row and returns it; null deletes it.
     *
     * @param row the row of the event's key; one with the columns' defaults if there was none, which comes into being
     *     when a column is set
     */
    @Nullable
    R fold(R row, E event, EventContext context);
}
