package dev.afterimage.projector.rows;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;

/**
 * The form of dates and times: cut to the column's fraction of a second, in UTC.
 *
 * @param nanos the smallest difference that the column knows
 */
record TimeForm(long nanos) implements StoredForm {

    private static final int NANO_DIGITS = 9;
    private static final int MICRO_DIGITS = 6;

    static TimeForm of(ColumnType type) {
        int digits = type.typmod() < 0 ? MICRO_DIGITS : type.typmod();
        return new TimeForm(Math.round(Math.pow(10, NANO_DIGITS - (double) digits)));
    }

    @Override
    public Object of(Object value) {
        return switch (value) {
            case OffsetDateTime moment -> known(moment.withOffsetSameInstant(ZoneOffset.UTC));
            case Instant moment -> isKnown(moment.atOffset(ZoneOffset.UTC).getYear()) ? cut(moment) : UNKNOWN;
            case LocalDateTime time -> isKnown(time.getYear()) ? cut(time) : UNKNOWN;
            case LocalDate day -> isKnown(day.getYear()) ? day : UNKNOWN;
            case LocalTime time -> cut(time);
            default -> UNKNOWN;
        };
    }

    @Override
    public boolean changesLoaded() {
        return true;
    }

    private Object known(OffsetDateTime moment) {
        return isKnown(moment.getYear()) ? cut(moment) : UNKNOWN;
    }

    /** Further away are other calendars and infinity, of which drivers have ideas of their own. */
    private static boolean isKnown(int year) {
        return year >= 1600 && year <= 9999;
    }

    private Temporal cut(Temporal time) {
        long nano = time.getLong(ChronoField.NANO_OF_SECOND);
        return nano % nanos == 0 ? time : time.with(ChronoField.NANO_OF_SECOND, nano - nano % nanos);
    }
}
