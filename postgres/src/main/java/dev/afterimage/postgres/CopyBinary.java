package dev.afterimage.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Builds rows in the binary format of COPY, which costs both sides less than text. The methods are named after the
 * types of the columns: the server converts nothing.
 *
 * @see <a href="https://www.postgresql.org/docs/18/sql-copy.html#id-1.9.3.55.9.4">COPY, binary format</a>
 */
public final class CopyBinary implements Copy.Rows {

    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};
    private static final int FIRST_SIZE = 4 * 1024;
    private static final short END = -1;
    private static final int NULL = -1;
    /** The server counts microseconds from this second on. */
    private static final long EPOCH = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();

    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_SIZE);
    private int rowStart;
    private short values;

    CopyBinary() {
        bytes.put(SIGNATURE).putInt(0).putInt(0); // no flags, no extension
        startRow();
    }

    public CopyBinary bigint(long value) {
        begin(Long.BYTES).putLong(value);
        return this;
    }

    public CopyBinary bigint(@Nullable Long value) {
        return value == null ? addNull() : bigint(value.longValue());
    }

    public CopyBinary integer(int value) {
        begin(Integer.BYTES).putInt(value);
        return this;
    }

    public CopyBinary uuid(UUID value) {
        begin(2 * Long.BYTES).putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
        return this;
    }

    public CopyBinary text(@Nullable String value) {
        if (value == null) {
            return addNull();
        }
        var encoded = value.getBytes(StandardCharsets.UTF_8);
        begin(encoded.length).put(encoded);
        return this;
    }

    /** Rounds to microseconds, as the server does with a text. */
    public CopyBinary timestamptz(@Nullable Instant value) {
        if (value == null) {
            return addNull();
        }
        long seconds = Math.multiplyExact(value.getEpochSecond() - EPOCH, 1_000_000L);
        return bigint(Math.addExact(seconds, (value.getNano() + 500) / 1_000));
    }

    private CopyBinary addNull() {
        values++;
        room(Integer.BYTES).putInt(NULL);
        return this;
    }

    private ByteBuffer begin(int length) {
        values++;
        return room(Math.addExact(Integer.BYTES, length)).putInt(length);
    }

    private ByteBuffer room(int length) {
        if (bytes.remaining() < length) {
            int needed = Math.addExact(bytes.position(), length);
            int size = needed > Integer.MAX_VALUE / 2 ? needed : Math.max(needed, 2 * bytes.capacity());
            bytes = ByteBuffer.allocate(size).put(bytes.flip());
        }
        return bytes;
    }

    /** The number of values comes first and is filled in at the end of the row. */
    private void startRow() {
        rowStart = bytes.position();
        values = 0;
        room(Short.BYTES).putShort(values);
    }

    @Override
    public void endRow() {
        bytes.putShort(rowStart, values);
        startRow();
    }

    @Override
    public void end() {
        bytes.putShort(rowStart, END);
        rowStart = bytes.position();
    }

    @Override
    public int length() {
        return bytes.position();
    }

    @Override
    public void sendTo(CopyIn copy) throws SQLException {
        copy.writeToCopy(bytes.array(), 0, rowStart);
        bytes.clear();
        startRow();
    }
}
