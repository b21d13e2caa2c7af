package dev.afterimage.relay;

/** Why a relay does not start: each a state of the source that it must not go on over. */
public enum Refusal {
    WAL_LEVEL_NOT_LOGICAL,
    NOT_INITIALISED,
    PUBLICATION_CHANGED,
    SLOT_MISSING,
    SLOT_LOST,
    SLOT_NOT_OURS,
    SLOT_AHEAD_OF_LOG,
    OTHER_SERVER
}
