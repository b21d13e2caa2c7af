package dev.afterimage.projector;

/** What the run of one version is doing. */
public enum RunState {
    /** Folds what the log has and waits for more. */
    RUNNING,
    /** A passing failure, such as a lost connection: the same batch is tried again soon. */
    RETRYING,
    /** An event cannot be folded: nothing moves until somebody acts, and nothing is skipped. */
    STOPPED,
    /** Another projector has taken over, or the version was dropped. */
    FENCED,
    /** Closed. */
    CLOSED
}
