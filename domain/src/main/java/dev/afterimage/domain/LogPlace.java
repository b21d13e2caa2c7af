package dev.afterimage.domain;

/**
 * Where an event is in the log.
 *
 * @param generation of the log in which it is there
 */
public record LogPlace(Position position, long generation) {}
