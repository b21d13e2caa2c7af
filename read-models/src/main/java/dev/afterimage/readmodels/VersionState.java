package dev.afterimage.readmodels;

import java.util.Locale;

/** How a version is doing. */
public enum VersionState {
    /** Folded from offset zero beside the active version. */
    BUILDING,
    /** A node folds what the log has and waits for more. */
    RUNNING,
    /** A passing failure, such as a lost connection: its node tries again. */
    RETRYING,
    /** An event cannot be folded, or the tables were changed by somebody else: nothing moves until somebody acts. */
    STOPPED,
    /** Somebody dropped tables of it: looked for again from time to time, and a rebuild makes them again. */
    TABLES_MISSING,
    /** The log lacks events after this version's position: nothing is folded until it was repaired. */
    LOG_DAMAGED,
    /** The log was corrected before this version's position: its rows are from before, and it is rebuilt. */
    OUTDATED,
    /** No node runs it. */
    UNFED;

    /** Whether it holds without a node, too: whoever runs the version next finds it so. */
    boolean outlivesItsNode() {
        return this == STOPPED || this == OUTDATED;
    }

    /** For people. */
    public String words() {
        return stored().replace('_', ' ');
    }

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    static VersionState read(String stored) {
        return valueOf(stored.toUpperCase(Locale.ROOT));
    }
}
