package dev.afterimage.readmodels;

import java.util.Locale;

/** How a version is doing, as the node that runs it last said. */
public enum VersionState {
    /** Folded from offset zero beside the active version. */
    BUILDING,
    /** A node folds what the log has and waits for more. */
    RUNNING,
    /** A passing failure, such as a lost connection: its node tries again. */
    RETRYING,
    /** An event cannot be folded, or the tables were changed by somebody else: nothing moves until somebody acts. */
    STOPPED,
    /** Somebody dropped tables of it: looked for again from time to time, and a rebuild makes them anew. */
    TABLES_MISSING,
    /** The log lacks events after this version's position: nothing is folded until it was repaired. */
    LOG_DAMAGED,
    /** The log was corrected before this version's position: its rows are from before, and it is rebuilt. */
    OUTDATED,
    /** No node runs it. */
    UNFED;

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    static VersionState read(String stored) {
        return valueOf(stored.toUpperCase(Locale.ROOT));
    }
}
