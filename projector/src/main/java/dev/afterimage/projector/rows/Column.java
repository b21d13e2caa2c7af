package dev.afterimage.projector.rows;

import java.util.Objects;
import org.jooq.Converter;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.impl.IdentityConverter;
import org.jspecify.annotations.Nullable;

/**
 * One column of the rows in memory. A value has two shapes: the user's, which handlers see, and the driver's, which
 * jOOQ's converter makes of it.
 */
final class Column {

    private static final String JOOQ = "org.jooq.impl.";

    private final Field<?> field;
    private final int index;
    private final Catalog.Entry entry;
    private final String quotedName;
    private final StoredForm form;
    private final boolean isConverted;
    private final boolean isMutable;
    private final boolean isTextKnown;

    /** @param index of the field in the record */
    Column(Field<?> field, int index, Catalog.Entry entry, String quotedName) {
        this.field = field;
        this.index = index;
        this.entry = entry;
        this.quotedName = quotedName;
        var converter = field.getConverter();
        // A binding of the user's may send something else than the value.
        var isBoundByJooq = field.getBinding().getClass().getName().startsWith(JOOQ);
        this.form = entry.isWritten() && isBoundByJooq
                ? StoredForm.of(entry.type(), converter.fromType())
                : new StoredForm.AskDatabase();
        this.isConverted = !(converter instanceof IdentityConverter);
        this.isMutable = entry.isWritten() && !Immutable.is(field.getType());
        this.isTextKnown = isBoundByJooq && ValueText.knows(converter.fromType());
    }

    Field<?> field() {
        return field;
    }

    int index() {
        return index;
    }

    Catalog.Entry entry() {
        return entry;
    }

    String quotedName() {
        return quotedName;
    }

    /** What Java knows of its values. */
    StoredForm form() {
        return form;
    }

    /** Whether only the database knows the form of its values. */
    boolean isAsked() {
        return form instanceof StoredForm.AskDatabase;
    }

    /** Whether a handler can change a value without setting the column. */
    boolean isMutable() {
        return isMutable;
    }

    /** Whether a value cannot be copied, so that it counts as another one whenever it is set. */
    boolean isOpaque() {
        return isMutable && !isConverted && !Immutable.canCopy(field.getType());
    }

    /** Whether PostgreSQL computes it. */
    boolean isComputed() {
        return !entry.isWritten();
    }

    /** Whether {@link #text} knows the text of a value; else only the database does. */
    boolean isTextKnown() {
        return isTextKnown;
    }

    /** Whether its values are exactly what handlers set, so that nothing needs to be looked at. */
    boolean isPlain() {
        return form.isPlain() && isComparedByJooq();
    }

    /** Whether jOOQ can tell if a value differs from the one that the database has. */
    boolean isComparedByJooq() {
        return !isAsked() && !isMutable && !isConverted;
    }

    /** A value of the user's as the driver gets it. */
    @Nullable
    Object driverValue(@Nullable Object value) {
        return isConverted ? converted(field.getConverter(), value) : value;
    }

    @SuppressWarnings("unchecked") // a record holds values of its fields' own types
    private static <T, U> @Nullable T converted(Converter<T, U> converter, @Nullable Object value) {
        return converter.to((U) value);
    }

    /** @throws IllegalArgumentException if the column cannot hold the value, which names the column */
    void requireFits(Object stored) {
        try {
            form.requireFits(stored);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("column %s: %s".formatted(entry.name(), e.getMessage()), e);
        }
    }

    /** Sets a value of the user's. */
    void setUserValue(Record row, @Nullable Object value) {
        setUserValue(row, field, value);
    }

    private static <U> void setUserValue(Record row, Field<U> typed, @Nullable Object value) {
        row.set(typed, typed.getType().cast(value));
    }

    /** Sets a value of the driver's. */
    void set(Record row, @Nullable Object driverValue) {
        set(row, field, driverValue);
    }

    private static <U> void set(Record row, Field<U> typed, @Nullable Object driverValue) {
        row.set(typed, userValue(typed.getConverter(), driverValue));
    }

    private static <T, U> @Nullable U userValue(Converter<T, U> converter, @Nullable Object driverValue) {
        return converter.from(converter.fromType().cast(driverValue));
    }

    /** The stored form of a value of the driver's; the value itself where only the database knows. */
    @Nullable
    Object loadedForm(@Nullable Object driverValue) {
        if (driverValue == null) {
            return null;
        }
        var stored = form.of(driverValue);
        return stored == StoredForm.UNKNOWN ? driverValue : stored;
    }

    /** Whether two values of the driver's are one to the database. */
    boolean isSame(@Nullable Object one, @Nullable Object other) {
        if (one instanceof JSONB json
                && other instanceof JSONB document
                && !entry.type().name().equals("jsonb")) {
            return json.data().equals(document.data());
        }
        return Objects.deepEquals(one, other);
    }

    /** A value of the driver's as text. */
    @Nullable
    String text(@Nullable Object driverValue) {
        var text = ValueText.of(driverValue);
        if (text != null && isAsked()) {
            TextForm.requireEncodable(text);
        }
        return text;
    }

    @Override
    public String toString() {
        return entry.name();
    }
}
