package dev.afterimage.projector;

/** What this node does for one version of a projection. */
public enum RunState {
    /** Asks the database for its role. */
    STARTING,
    /** Folds what the log has and waits for more. */
    RUNNING,
    /** A passing failure, such as a lost connection: the same batch is tried again soon. */
    RETRYING,
    /** Somebody dropped tables of the version: looked for again from time to time, and a rebuild makes them again. */
    TABLES_MISSING,
    /** The tables of log and read models are too old or too new for this code: nothing is folded until they fit. */
    TABLES_UNFIT,
    /** The log lacks events that come next: looked at again from time to time, until the log was repaired. */
    LOG_DAMAGED,
    /** An event cannot be folded: nothing moves until somebody acts, and nothing is skipped. */
    STOPPED,
    /** The log was corrected before this version's position: it is rebuilt. */
    OUTDATED,
    /** Builds a version beside the active one. */
    BUILDING,
    /** Another node runs it, or its revision is newer than this code; this node takes over when it may. */
    STANDBY,
    /** Closed. */
    CLOSED
}
