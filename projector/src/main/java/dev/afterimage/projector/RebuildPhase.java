package dev.afterimage.projector;

import java.util.Locale;

/** What a rebuild is doing, in this order. */
public enum RebuildPhase {
    FOLDING,
    INDEXING,
    CATCHING_UP,
    COMPARING,
    SWITCHING,
    DONE,
    FAILED;

    String describe() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
