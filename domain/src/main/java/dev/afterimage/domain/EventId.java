package dev.afterimage.domain;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The identity of a recorded event, made by the writer: a UUIDv7, so ids made later sort later and keep indexes dense.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#section-5.7">RFC 9562, section 5.7</a>
 */
public record EventId(UUID value) implements Comparable<EventId> {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int COUNTER_BITS = 12;
    private static final AtomicLong LAST_TICK = new AtomicLong();

    /** A new id, greater than every id this JVM made before, also when the clock steps back. Thread-safe. */
    public static EventId next() {
        long tick = nextTick();
        long time = (tick >>> COUNTER_BITS) << 16;
        long counter = tick & ((1L << COUNTER_BITS) - 1);
        long random = RANDOM.nextLong() >>> 2;
        return new EventId(new UUID(time | 0x7000L | counter, 0x8000000000000000L | random));
    }

    public static EventId parse(String text) {
        return new EventId(UUID.fromString(text));
    }

    /** Milliseconds and a counter below them in one number, so that one compare-and-set keeps ids in order. */
    private static long nextTick() {
        long now = System.currentTimeMillis() << COUNTER_BITS;
        return LAST_TICK.updateAndGet(last -> Math.max(now, last + 1));
    }

    /** Orders by time of making, as PostgreSQL orders uuid. */
    @Override
    public int compareTo(EventId other) {
        int high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
