package dev.afterimage.projector.rows;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The form in which a column gives values back: rounded to its decimals, in UTC, without the blanks that fill a code. A
 * handler must find the same value in a row that was kept in memory and in one that was loaded again.
 *
 * @param digits after the decimal point, of a number or of a second; {@link #ANY} for as many as were set
 */
record StoredForm(String type, int digits) {

    static final int ANY = -1;
    private static final String PADDED = "bpchar";
    private static final int NANO_DIGITS = 9;

    /** Whether the column may give back another value than was set. */
    boolean matters() {
        return digits != ANY || type.equals(PADDED);
    }

    @Nullable
    Object of(@Nullable Object value) {
        return switch (value) {
            case BigDecimal number when digits != ANY -> number.setScale(digits, RoundingMode.HALF_UP);
            case OffsetDateTime moment when digits != ANY -> cut(moment.withOffsetSameInstant(ZoneOffset.UTC));
            case LocalDateTime time when digits != ANY -> cut(time);
            case Instant moment when digits != ANY -> cut(moment);
            case LocalTime time when digits != ANY -> cut(time);
            case String text when type.equals(PADDED) -> withoutBlanksAtTheEnd(text);
            case null, default -> value;
        };
    }

    /** The form of a key: 1 and 1.0 are one. */
    Object ofKey(Object value) {
        var stored = Objects.requireNonNull(of(value));
        return stored instanceof BigDecimal number ? number.stripTrailingZeros() : stored;
    }

    private Temporal cut(Temporal time) {
        long unit = Math.round(Math.pow(10, (double) NANO_DIGITS - digits));
        long nano = time.getLong(ChronoField.NANO_OF_SECOND);
        return time.with(ChronoField.NANO_OF_SECOND, nano - nano % unit);
    }

    private static String withoutBlanksAtTheEnd(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }
}
