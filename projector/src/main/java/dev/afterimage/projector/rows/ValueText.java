package dev.afterimage.projector.rows;

import java.math.BigDecimal;
import java.time.temporal.Temporal;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.EnumType;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/**
 * Values as PostgreSQL reads them from text: one form for COPY and for arrays, whatever the type.
 *
 * @see <a href="https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO">array input</a>
 */
final class ValueText {

    private ValueText() {}

    /** @throws IllegalArgumentException if the type has no text form here */
    static @Nullable String of(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case BigDecimal decimal -> decimal.toPlainString();
            case Number number -> number.toString();
            case Boolean bool -> bool.toString();
            case Temporal temporal -> temporal.toString();
            case UUID uuid -> uuid.toString();
            case EnumType literal -> literal.getLiteral();
            case JSONB json -> json.data();
            case JSON json -> json.data();
            case byte[] bytes -> "\\x" + HexFormat.of().formatHex(bytes);
            case Object[] array -> array(array);
            default ->
                throw new IllegalArgumentException("values of %s cannot be written to a read model: convert them"
                        .formatted(value.getClass().getName()));
        };
    }

    private static String array(Object[] array) {
        return Stream.of(array).map(ValueText::element).collect(Collectors.joining(",", "{", "}"));
    }

    private static String element(@Nullable Object element) {
        if (element instanceof Object[] nested) {
            return array(nested);
        }
        var text = of(element);
        return text == null ? "NULL" : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
