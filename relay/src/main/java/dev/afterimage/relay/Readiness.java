package dev.afterimage.relay;

/** What a preflight found. */
sealed interface Readiness {

    /** Everything is as the log left it. */
    record Ready() implements Readiness {}

    /** Another process streams from the slot; {@code holder} is what it calls itself. */
    record Held(long pid, String holder) implements Readiness {}

    /** Going on would not be safe; {@code message} says why and what to do. */
    record Refused(Refusal reason, String message) implements Readiness {}
}
