package dev.afterimage.domain;

/** A recorded event at its place in the log. */
public record LoggedEvent(Position position, RecordedEvent event) {}
