package dev.afterimage.domain;

/** What became of a stored event when its class was looked up and its payload read. */
public sealed interface Decoded {

    /** The event as a Java record. */
    record Known(Object event) implements Decoded {}

    /** This code has no class for the event, or cannot read its payload; {@code reason} is for people. */
    record Unreadable(String reason) implements Decoded {}
}
