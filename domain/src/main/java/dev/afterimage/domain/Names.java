package dev.afterimage.domain;

import java.util.Locale;
import java.util.regex.Pattern;

/** Stored names: kebab-case, independent of Java's class names. */
final class Names {

    private static final Pattern KEBAB_CASE = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
    private static final int MAX_LENGTH = 100;

    private Names() {}

    static String kebabCase(Class<?> type) {
        return WORD_START.matcher(type.getSimpleName()).replaceAll("-").toLowerCase(Locale.ROOT);
    }

    static void requireKebabCase(String what, String name) {
        if (name.length() > MAX_LENGTH || !KEBAB_CASE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "%s must be kebab-case of at most %d characters, such as order-placed; was \"%s\""
                            .formatted(what, MAX_LENGTH, name));
        }
    }
}
