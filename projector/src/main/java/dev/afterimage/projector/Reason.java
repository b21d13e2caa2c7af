package dev.afterimage.projector;

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
        var tried = saysItAll(failure) ? String.valueOf(failure.getMessage()) : failure.toString();
        var why = Objects.requireNonNullElse(root.getMessage(), root.toString());
        return tried.contains(why) ? tried : "%s: %s".formatted(tried, why);
    }

    /** Whether the message was written for people, so that the exception's class adds nothing. */
    private static boolean saysItAll(Throwable failure) {
        return failure.getMessage() != null
                && (failure instanceof DataAccessException
                        || failure instanceof IllegalStateException
                        || failure.getClass().getName().startsWith("dev.afterimage."));
    }
}
