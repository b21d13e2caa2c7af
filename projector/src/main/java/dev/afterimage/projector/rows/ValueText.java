package dev.afterimage.projector.rows;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.EnumType;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.XML;
import org.jooq.types.Interval;
import org.jspecify.annotations.Nullable;

/**
 * Values as PostgreSQL reads them from text: one form for COPY and for arrays, whatever the type.
 *
 * @see <a href="https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO">array input</a>
 */
final class ValueText {

    private static final List<Class<?>> TYPES = List.of(
            String.class,
            Number.class,
            Boolean.class,
            Temporal.class,
            UUID.class,
            EnumType.class,
            JSONB.class,
            JSON.class,
            XML.class,
            byte[].class);
    private static final int LAST_USUAL_YEAR = 9999;

    private ValueText() {}

    /** Whether values of the type have a text form here. */
    static boolean knows(Class<?> type) {
        if (type.isArray() && !type.getComponentType().isPrimitive()) {
            return knows(type.getComponentType());
        }
        return !Interval.class.isAssignableFrom(type) && TYPES.stream().anyMatch(known -> known.isAssignableFrom(type));
    }

    /** @throws IllegalArgumentException if the type has no text form here */
    static @Nullable String of(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case BigDecimal decimal -> decimal.toPlainString();
            case Number number -> number.toString();
            case Boolean bool -> bool.toString();
            case LocalDate day -> isUsual(day.getYear()) ? day.toString() : inEra(day, "");
            case LocalDateTime time ->
                isUsual(time.getYear()) ? time.toString() : inEra(time.toLocalDate(), " " + time.toLocalTime());
            case OffsetDateTime moment -> moment(moment);
            case Instant moment -> moment(moment.atOffset(ZoneOffset.UTC));
            case Temporal temporal -> temporal.toString();
            case UUID uuid -> uuid.toString();
            case EnumType literal -> literal.getLiteral();
            case JSONB json -> json.data();
            case JSON json -> json.data();
            case XML xml -> xml.data();
            case byte[] bytes -> "\\x" + HexFormat.of().formatHex(bytes);
            case Object[] array -> array(array);
            default ->
                throw new IllegalArgumentException("values of %s cannot be written to a read model: convert them"
                        .formatted(value.getClass().getName()));
        };
    }

    private static boolean isUsual(int year) {
        return year > 0 && year <= LAST_USUAL_YEAR;
    }

    private static String moment(OffsetDateTime moment) {
        var utc = moment.withOffsetSameInstant(ZoneOffset.UTC);
        return isUsual(utc.getYear()) && isUsual(moment.getYear())
                ? moment.toString()
                : inEra(utc.toLocalDate(), " " + utc.toLocalTime() + "+00");
    }

    /** PostgreSQL knows no year 0 and no signs. */
    private static String inEra(LocalDate day, String time) {
        return "%04d-%02d-%02d%s%s"
                .formatted(
                        day.get(ChronoField.YEAR_OF_ERA),
                        day.getMonthValue(),
                        day.getDayOfMonth(),
                        time,
                        day.getYear() > 0 ? "" : " BC");
    }

    static String array(Object[] array) {
        return Stream.of(array).map(ValueText::element).collect(Collectors.joining(",", "{", "}"));
    }

    private static String element(@Nullable Object element) {
        if (element instanceof Object[] nested) {
            return array(nested);
        }
        var text = of(element);
        return text == null ? "NULL" : quoted(text);
    }

    /** A part of an array or of a row, which may hold anything. */
    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
