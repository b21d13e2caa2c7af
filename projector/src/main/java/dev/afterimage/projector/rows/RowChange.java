package dev.afterimage.projector.rows;

import org.jspecify.annotations.Nullable;

/** What a handler makes of a row. */
@FunctionalInterface
public interface RowChange<R> {

    /** Changes the row and returns it; null deletes it. */
    @Nullable
    R of(R row);
}
