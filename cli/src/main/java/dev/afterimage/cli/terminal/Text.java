package dev.afterimage.cli.terminal;

/** Makes foreign text harmless, and measures, cuts and pads it by the cells it takes on a terminal. */
final class Text {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Text() {}

    /** A tab becomes a space; whatever could steer a terminal, break the line or reorder it becomes a question mark. */
    static String clean(String text) {
        var clean = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point == '\t' ? ' ' : steers(point) ? '?' : point)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean steers(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            case Character.FORMAT -> point != ZERO_WIDTH_NON_JOINER && point != ZERO_WIDTH_JOINER;
            default -> false;
        };
    }

    static int width(String text) {
        return text.codePoints().map(Text::cells).sum();
    }

    static String cut(String text, int width, String ellipsis) {
        if (width(text) <= width) {
            return text;
        }
        var room = width - width(ellipsis);
        var end = 0;
        while (end < text.length() && (room -= cells(text.codePointAt(end))) >= 0) {
            end = text.offsetByCodePoints(end, 1);
        }
        return text.substring(0, end) + ellipsis;
    }

    static String padRight(String text, int width) {
        return text + " ".repeat(Math.max(0, width - width(text)));
    }

    static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - width(text))) + text;
    }

    private static int cells(int point) {
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(point) ? 2 : 1;
        };
    }

    /** The wide and full-width blocks of https://www.unicode.org/reports/tr11/, and the emoji. */
    private static boolean isWide(int point) {
        return within(point, 0x1100, 0x115F)
                || within(point, 0x2E80, 0xA4CF)
                || within(point, 0xAC00, 0xD7A3)
                || within(point, 0xF900, 0xFAFF)
                || within(point, 0xFE30, 0xFE6F)
                || within(point, 0xFF01, 0xFF60)
                || within(point, 0xFFE0, 0xFFE6)
                || within(point, 0x1F300, 0x1F64F)
                || within(point, 0x1F680, 0x1F6FF)
                || within(point, 0x1F900, 0x1F9FF)
                || within(point, 0x20000, 0x3FFFD);
    }

    private static boolean within(int point, int first, int last) {
        return first <= point && point <= last;
    }
}
