package dev.afterimage.domain;

import java.util.Locale;
import java.util.regex.Pattern;

/** Stored names: kebab-case, independent of Java's class names. */
final class Names {

    private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
    private static final int MAX_LENGTH = 100;

    private Names() {}

    static String kebabCase(Class<?> type) {
        return WORD_START.matcher(type.getSimpleName()).replaceAll("-").toLowerCase(Locale.ROOT);
    }

    static void requireKebabCase(String what, String name) {
        if (!isKebabCase(name)) {
            throw new IllegalArgumentException(
                    "%s must be kebab-case of at most %d characters, such as order-placed; was \"%s\""
                            .formatted(what, MAX_LENGTH, name));
        }
    }

    /** By hand, not by pattern: every event that is read passes here twice. */
    private static boolean isKebabCase(String name) {
        if (name.isEmpty() || name.length() > MAX_LENGTH || !isLetter(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isLetter(c) && c != '-' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }
}
