package dev.afterimage.projector;

/** What a rebuild is doing, in this order. */
public enum RebuildPhase {
    FOLDING,
    INDEXING,
    CATCHING_UP,
    COMPARING,
    SWITCHING,
    DONE,
    FAILED
}
