package dev.afterimage.eventlog;

/** What an operator decides about events that the log has and the source lacks. */
public enum Phantoms {
    /** There must not be any: nothing is changed if there are. */
    REFUSE,
    /** The log is right: the source's rows were deleted on purpose. */
    KEEP,
    /** The source is right: it was restored back in time, and what it lost never happened. */
    REMOVE
}
