package dev.afterimage.readmodels;

import java.util.Locale;

/** Where a version is in its life. */
public enum VersionPhase {
    /** Folded from offset zero beside the active version; nobody reads it. */
    BUILDING,
    /** What readers see. */
    ACTIVE,
    /** Was active until a newer version replaced it; kept, and kept fed, so that going back is instant. */
    RETIRED;

    /** For people. */
    public String words() {
        return stored();
    }

    String stored() {
        return name().toLowerCase(Locale.ROOT);
    }

    static VersionPhase read(String stored) {
        return valueOf(stored.toUpperCase(Locale.ROOT));
    }
}
