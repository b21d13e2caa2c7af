package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;

/** What came of moving a checkpoint. */
public sealed interface Advance {

    /** It moved, and is locked until the transaction ends. */
    record Moved() implements Advance {}

    /**
     * Nothing was written: the version is retired and would pass the active one. Who still reads it would see the
     * others' future, and an older state when moving on.
     *
     * @param active where the active version is: up to here the retired one may go
     */
    record Ahead(Position active) implements Advance {}
}
