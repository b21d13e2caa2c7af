package dev.afterimage.domain;

import java.util.Locale;
import java.util.stream.Stream;

/** What a relay is doing. */
public enum RelayState {
    /** Not started yet. */
    NEW,
    /** Checks the slot, the publication and the log, and connects. */
    CHECKING,
    /** Another relay holds the slot; this one waits to take over. */
    STANDBY,
    /** Connected, and no other relay can be: changes flow into the log. */
    STREAMING,
    /**
     * The connection or the log failed and it waits; or several failed in a row and the next has brought nothing yet.
     */
    BACKING_OFF,
    /** Going on would lose events or repeat them; it looks again now and then, and an operator must act. */
    REFUSED,
    /** Closed. */
    CLOSED,
    /**
     * No relay has reported yet, or one of another version of Afterimage is in a state that this code does not know.
     */
    UNKNOWN;

    /** For people. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** The state that a relay recorded by its name. */
    public static RelayState named(String name) {
        return Stream.of(values())
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElse(UNKNOWN);
    }
}
