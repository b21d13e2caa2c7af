package dev.afterimage.domain;

/** A place in the log: dense, from 1. {@link #ZERO} is before the first event. */
public record Position(long value) implements Comparable<Position> {

    /** Offset zero: before the first event. */
    public static final Position ZERO = new Position(0);

    public Position {
        if (value < 0) {
            throw new IllegalArgumentException("position must be 0 or more, was " + value);
        }
    }

    public Position plus(long events) {
        return new Position(value + events);
    }

    /** How many events lie after this position up to {@code later}; 0 if it is not later. */
    public long eventsTo(Position later) {
        return Math.max(0, later.value - value);
    }

    public boolean isBefore(Position other) {
        return value < other.value;
    }

    @Override
    public int compareTo(Position other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
