package dev.afterimage.projector.rows;

import java.util.Set;
import org.jooq.EnumType;

/**
 * The form of texts.
 *
 * @param type as messages of PostgreSQL name it
 * @param length how many characters the column holds; {@link #ANY} if there is no limit
 * @param padded whether blanks at the end fill the text and mean nothing
 */
record TextForm(String type, int length, boolean padded) implements StoredForm {

    static final int ANY = -1;
    private static final int SHOWN = 40;
    private static final int TYPMOD_HEADER = 4;

    static TextForm of(ColumnType type) {
        return new TextForm(
                type.sql(),
                type.typmod() < 0 ? ANY : type.typmod() - TYPMOD_HEADER,
                type.name().equals("bpchar"));
    }

    @Override
    public Object of(Object value) {
        return value instanceof String text ? stored(text) : value;
    }

    private String stored(String text) {
        if (padded) {
            return withoutBlanksAtTheEnd(text, 0);
        }
        return length == ANY || text.length() <= length || characters(text) <= length
                ? text
                : withoutBlanksAtTheEnd(text, text.offsetByCodePoints(0, length));
    }

    /** A text is never made shorter than {@code least}. */
    private static String withoutBlanksAtTheEnd(String text, int least) {
        int end = text.length();
        while (end > least && text.charAt(end - 1) == ' ') {
            end--;
        }
        return end == text.length() ? text : text.substring(0, end);
    }

    @Override
    public boolean changesLoaded() {
        return padded;
    }

    @Override
    public void requireFits(Object value) {
        var text = value instanceof EnumType literal ? literal.getLiteral() : (String) value;
        requireEncodable(text);
        if (length != ANY && text.length() > length && characters(text) > length) {
            throw new IllegalArgumentException("value too long for type %s: '%s' has %d characters"
                    .formatted(type, shortened(text), characters(text)));
        }
    }

    private static int characters(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String shortened(String text) {
        return characters(text) <= SHOWN ? text : text.substring(0, text.offsetByCodePoints(0, SHOWN)) + "…";
    }

    /**
     * Refuses what UTF-8 in PostgreSQL cannot hold; the driver would write question marks.
     *
     * @throws IllegalArgumentException if there is a surrogate without its other half, or a NUL
     */
    static void requireEncodable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException("a text with a NUL character at index " + i);
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new IllegalArgumentException(
                            "a text with half of a surrogate pair (U+%04X) at index %d".formatted((int) c, i));
                }
                i++;
            }
        }
    }

    /** The form of an enum's labels. */
    record Label(Set<String> labels) implements StoredForm {

        Label {
            labels = Set.copyOf(labels);
        }

        /** A label that was added since must be known to the database. */
        @Override
        public Object of(Object value) {
            var label = value instanceof EnumType literal ? literal.getLiteral() : value;
            return labels.contains(label) ? value : UNKNOWN;
        }

        /** The same text is the same label, also of one that was added since. */
        @Override
        public Object ofKey(Object value) {
            return value;
        }
    }
}
