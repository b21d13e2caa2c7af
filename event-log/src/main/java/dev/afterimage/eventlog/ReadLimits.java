package dev.afterimage.eventlog;

/**
 * How much one read of the log may bring.
 *
 * @param events at most this many
 * @param bytes stop after the event that passes this many bytes of payload
 */
public record ReadLimits(int events, long bytes) {

    private static final int MAX_EVENTS = 1_000_000;

    public ReadLimits {
        if (events < 1 || events > MAX_EVENTS) {
            throw new IllegalArgumentException("read limit must be 1..%d events, was %d".formatted(MAX_EVENTS, events));
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("read limit must be 1 byte or more, was " + bytes);
        }
    }

    public static ReadLimits defaults() {
        return new ReadLimits(5_000, 16L << 20);
    }

    public ReadLimits withEvents(int otherEvents) {
        return new ReadLimits(otherEvents, bytes);
    }

    public ReadLimits withBytes(long otherBytes) {
        return new ReadLimits(events, otherBytes);
    }
}
