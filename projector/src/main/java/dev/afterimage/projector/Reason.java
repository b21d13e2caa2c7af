package dev.afterimage.projector;

import dev.afterimage.postgres.DatabaseException;
import java.util.Objects;
import org.jooq.exception.DataAccessException;

/** What a failure says for people: what was tried, and why it failed if that is said further down only. */
final class Reason {

    private Reason() {}

    static String of(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        var tried = isOfTheDatabase(failure) ? String.valueOf(failure.getMessage()) : failure.toString();
        var why = Objects.requireNonNullElse(root.getMessage(), root.toString());
        return tried.contains(why) ? tried : "%s: %s".formatted(tried, why);
    }

    /** Says so by itself. */
    private static boolean isOfTheDatabase(Throwable failure) {
        return failure instanceof DatabaseException || failure instanceof DataAccessException;
    }
}
