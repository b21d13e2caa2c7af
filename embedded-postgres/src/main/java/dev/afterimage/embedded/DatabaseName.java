package dev.afterimage.embedded;

import java.util.regex.Pattern;

/** A database name that needs no thought about case, length or quoting. */
record DatabaseName(String value) {

    private static final Pattern VALID = Pattern.compile("^[a-z][a-z0-9_]{0,39}$");

    DatabaseName {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException("database name must match %s, was '%s'".formatted(VALID, value));
        }
    }

    /** As it stands in a statement; quoted because the name may be a keyword. */
    String quoted() {
        return '"' + value + '"';
    }
}
