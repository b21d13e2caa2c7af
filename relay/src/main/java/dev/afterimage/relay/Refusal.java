package dev.afterimage.relay;

/** Why a relay does not start or does not go on: each a state that going on would make worse. */
public enum Refusal {
    WAL_LEVEL_NOT_LOGICAL,
    NOT_INITIALISED,
    /** The tables of the log or of the outbox were never made, or are too old or too new for this code. */
    TABLES_UNFIT,
    /** A repair, or an init of an outbox that had events, began and did not end. */
    REPAIR_UNFINISHED,
    /** The publication is not as it was, or was not for a while: what was committed meanwhile may be missing. */
    PUBLICATION_CHANGED,
    /** The outbox is another table, or was not written to the WAL: what was committed meanwhile may be missing. */
    OUTBOX_CHANGED,
    /** The log has events that the outbox lacks, and its rows were deleted: repair has nothing to go by. */
    OUTBOX_EMPTIED,
    /** The log has events that never happened in the source as it is now: it was restored back in time. */
    SOURCE_REWOUND,
    SLOT_MISSING,
    SLOT_LOST,
    SLOT_NOT_OURS,
    SLOT_AHEAD_OF_LOG,
    OTHER_SERVER,
    /** Something of the log is gone that it had. */
    LOG_DAMAGED,
    /** The source delivered an event that the log lacks before one that the log has. */
    HOLE_IN_LOG,
    /** A row of the outbox cannot be read as an event. */
    UNREADABLE_CHANGE,
    /** An event does not follow the last one that the log has of its aggregate. */
    OUT_OF_SEQUENCE
}
