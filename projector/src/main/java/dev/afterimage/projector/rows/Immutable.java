package dev.afterimage.projector.rows;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAmount;
import java.util.Date;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.UDTRecord;
import org.jooq.XML;
import org.jspecify.annotations.Nullable;

/** Which values can change while nobody looks, and copies of those that can. */
final class Immutable {

    private static final Set<Class<?>> TYPES = Set.of(
            String.class,
            Boolean.class,
            Character.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            BigInteger.class,
            UUID.class,
            JSON.class,
            JSONB.class,
            XML.class);

    private static final Set<Class<?>> VARIABLE = Set.of(String.class, JSON.class, JSONB.class, XML.class);

    private Immutable() {}

    /** Whether nobody can change a value of the type. */
    static boolean is(Class<?> type) {
        return type.isPrimitive()
                || type.isEnum()
                || TYPES.contains(type)
                || isOfJavaTime(type)
                || (type.isRecord() && Stream.of(type.getRecordComponents()).allMatch(part -> is(part.getType())));
    }

    private static boolean isOfJavaTime(Class<?> type) {
        return type.getName().startsWith("java.time.")
                && (Temporal.class.isAssignableFrom(type) || TemporalAmount.class.isAssignableFrom(type));
    }

    /** Whether {@link #copy} gives a value of the type that shares nothing with another one. */
    @SuppressWarnings("JavaUtilDate") // jOOQ gives such values for some types
    static boolean canCopy(Class<?> type) {
        return type.isArray()
                ? canCopy(type.getComponentType())
                : is(type) || Date.class.isAssignableFrom(type) || UDTRecord.class.isAssignableFrom(type);
    }

    /** A copy that shares nothing with the value; the value itself if it cannot change, or cannot be copied. */
    @SuppressWarnings("JavaUtilDate") // jOOQ gives such values for some types
    static @Nullable Object copy(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Date date -> date.clone();
            case UDTRecord<?> part -> part(part);
            default -> value.getClass().isArray() ? array(value) : value;
        };
    }

    private static UDTRecord<?> part(UDTRecord<?> part) {
        var copy = part.getUDT().newRecord();
        var values = part.intoArray();
        copy.fromArray((Object[]) array(Objects.requireNonNull(values)));
        return copy;
    }

    private static Object array(Object array) {
        int length = Array.getLength(array);
        var copy = Array.newInstance(array.getClass().getComponentType(), length);
        if (array.getClass().getComponentType().isPrimitive()) {
            System.arraycopy(array, 0, copy, 0, length);
        } else {
            for (int i = 0; i < length; i++) {
                Array.set(copy, i, copy(Array.get(array, i)));
            }
        }
        return copy;
    }

    /** Whether all values of the type take about the same memory. */
    static boolean isOfFixedSize(Class<?> type) {
        return type.isEnum() || isOfJavaTime(type) || (TYPES.contains(type) && !VARIABLE.contains(type));
    }

    /** About how many bytes a value takes beside the reference to it. */
    static long bytes(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case String text -> 40 + 2L * text.length();
            case JSON json -> 56 + 2L * json.data().length();
            case JSONB json -> 56 + 2L * json.data().length();
            case XML xml -> 56 + 2L * xml.data().length();
            case byte[] bytes -> 16 + bytes.length;
            case Object[] array ->
                16
                        + 4L * array.length
                        + Stream.of(array).mapToLong(Immutable::bytes).sum();
            default -> 40;
        };
    }
}
