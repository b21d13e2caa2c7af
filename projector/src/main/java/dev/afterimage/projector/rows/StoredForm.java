package dev.afterimage.projector.rows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jooq.EnumType;

/**
 * What Java knows of a column: in which form the database gives back what was written, and what it refuses. A handler
 * must find the same value in a row that was kept in memory and in one that was loaded again. Where our knowledge ends
 * the database is asked, see {@link StoredValues}.
 */
sealed interface StoredForm
        permits StoredForm.AsIs,
                StoredForm.AskDatabase,
                StoredForm.Bytes,
                TextForm,
                TextForm.Label,
                NumberForm.Whole,
                NumberForm.Decimal,
                TimeForm,
                ArrayForm {

    /** Stands for a form that only the database can tell. */
    Object UNKNOWN = new Object();

    /** The form of a value that is not null, or {@link #UNKNOWN}. */
    Object of(Object value);

    /** The form of a key: equal if and only if the database holds the keys equal. */
    default Object ofKey(Object value) {
        return of(value);
    }

    /**
     * Refuses what the database would refuse, so that an event fails wherever the log is cut.
     *
     * @param value in the stored form
     * @throws IllegalArgumentException if the column cannot hold the value
     */
    default void requireFits(Object value) {}

    /** Whether {@link #of} gives every value back as it is and the column takes all of them. */
    default boolean isPlain() {
        return false;
    }

    /** Whether {@link #ofKey} can tell when two values are one. */
    default boolean isKey() {
        return true;
    }

    /** Whether values have another form in memory than as they are loaded. */
    default boolean changesLoaded() {
        return false;
    }

    /** A type that gives back what it was given. */
    record AsIs() implements StoredForm {

        @Override
        public Object of(Object value) {
            return value;
        }

        /** Zero has two signs and is one key. */
        @Override
        public Object ofKey(Object value) {
            return switch (value) {
                case Double number when number == 0 -> 0.0;
                case Float number when number == 0 -> 0f;
                default -> value;
            };
        }

        @Override
        public boolean isPlain() {
            return true;
        }
    }

    /** Bytes, which are equal only to themselves in Java. */
    record Bytes() implements StoredForm {

        @Override
        public Object of(Object value) {
            return value;
        }

        @Override
        public boolean isKey() {
            return false;
        }
    }

    /** A type that we do not know. */
    record AskDatabase() implements StoredForm {

        @Override
        public Object of(Object value) {
            return UNKNOWN;
        }
    }

    /** @param javaType of the values as jOOQ passes them to the driver */
    static StoredForm of(ColumnType type, Class<?> javaType) {
        if (type.isChecked()) {
            return new AskDatabase();
        }
        if (type.isArray() && javaType.isArray()) {
            return ofArray(ofBase(type, javaType.getComponentType()));
        }
        return type.isArray() ? new AskDatabase() : ofBase(type, javaType);
    }

    private static StoredForm ofArray(StoredForm element) {
        return element instanceof AskDatabase ? element : new ArrayForm(element);
    }

    private static StoredForm ofBase(ColumnType type, Class<?> javaType) {
        if (!type.labels().isEmpty()) {
            return javaType == String.class || EnumType.class.isAssignableFrom(javaType)
                    ? new TextForm.Label(type.labels())
                    : new AskDatabase();
        }
        return switch (type.name()) {
            case "bool" -> asIsIf(javaType == Boolean.class);
            case "uuid" -> asIsIf(javaType == UUID.class);
            case "float4" -> asIsIf(javaType == Float.class);
            case "float8" -> asIsIf(javaType == Double.class);
            case "bytea" -> javaType == byte[].class ? new Bytes() : new AskDatabase();
            case "int2", "int4", "int8" -> NumberForm.whole(type, javaType);
            case "numeric" -> numeric(type, javaType);
            case "text", "varchar", "bpchar" -> text(type, javaType);
            case "date" -> time(type, javaType == LocalDate.class);
            case "time" -> time(type, javaType == LocalTime.class);
            case "timestamp" -> time(type, javaType == LocalDateTime.class);
            case "timestamptz" -> time(type, javaType == OffsetDateTime.class || javaType == Instant.class);
            default -> new AskDatabase();
        };
    }

    private static StoredForm asIsIf(boolean known) {
        return known ? new AsIs() : new AskDatabase();
    }

    private static StoredForm numeric(ColumnType type, Class<?> javaType) {
        var isWhole = javaType == BigInteger.class || javaType == Long.class || javaType == Integer.class;
        return javaType == BigDecimal.class || (isWhole && type.typmod() > 0 && type.scale() == 0)
                ? NumberForm.decimal(type)
                : new AskDatabase();
    }

    private static StoredForm text(ColumnType type, Class<?> javaType) {
        return javaType == String.class || EnumType.class.isAssignableFrom(javaType)
                ? TextForm.of(type)
                : new AskDatabase();
    }

    private static StoredForm time(ColumnType type, boolean known) {
        return known ? TimeForm.of(type) : new AskDatabase();
    }
}
