package dev.afterimage.relay;

/**
 * A place in PostgreSQL's write-ahead log.
 *
 * @see <a href="https://www.postgresql.org/docs/18/datatype-pg-lsn.html">pg_lsn</a>
 */
public record Lsn(long value) implements Comparable<Lsn> {

    /** Reads PostgreSQL's text form, such as {@code 16/B374D848}. */
    public static Lsn parse(String text) {
        var slash = text.indexOf('/');
        if (slash < 1) {
            throw new IllegalArgumentException("lsn must look like 16/B374D848, was \"%s\"".formatted(text));
        }
        long high = Long.parseLong(text, 0, slash, 16);
        return new Lsn(high << 32 | Long.parseLong(text, slash + 1, text.length(), 16));
    }

    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return "%X/%X".formatted(value >>> 32, value & 0xFFFFFFFFL);
    }
}
