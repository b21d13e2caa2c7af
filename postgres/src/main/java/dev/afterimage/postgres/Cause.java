package dev.afterimage.postgres;

import java.io.EOFException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a failure says for people: what was tried and why it failed, without the values that a database quotes. */
public final class Cause {

    /** So begins what jOOQ says of a statement; its text may hold values, and what follows is the driver's message. */
    private static final String STATEMENT = "SQL [";

    private Cause() {}

    public static String describe(Throwable failure) {
        var chain = chain(failure);
        var tried = withClass(failure, words(chain));
        var why = words(chain.subList(chain.size() - 1, chain.size()));
        return tried.contains(why) ? tried : "%s: %s".formatted(tried, why);
    }

    /** Whether it comes from a database, so that its stack trace quotes statements and rows. */
    public static boolean isOfADatabase(Throwable failure) {
        return chain(failure).stream().anyMatch(SQLException.class::isInstance);
    }

    private static List<Throwable> chain(Throwable failure) {
        var chain = new ArrayList<Throwable>();
        for (@Nullable Throwable each = failure; each != null && !chain.contains(each); each = each.getCause()) {
            chain.add(each);
        }
        return chain;
    }

    /** The words of the first of them; what it repeats of the others is repeated without values. */
    private static String words(List<Throwable> chain) {
        var first = chain.getFirst();
        var causes = chain.subList(1, chain.size());
        if (first instanceof SQLException sql) {
            return SqlMessages.withoutRows(sql);
        }
        var text = Objects.requireNonNullElseGet(first.getMessage(), () -> withoutMessage(first));
        if (text.startsWith(STATEMENT) && !causes.isEmpty()) {
            return words(causes);
        }
        for (int i = 0; i < causes.size(); i++) {
            var repeated = causes.get(i).getMessage();
            if (repeated != null && !repeated.isEmpty()) {
                text = text.replace(repeated, words(causes.subList(i, causes.size())));
            }
        }
        return text;
    }

    private static String withoutMessage(Throwable failure) {
        return failure instanceof EOFException ? "the server closed the connection" : failure.toString();
    }

    /** Names the class, too, unless the message was written for people. */
    private static String withClass(Throwable failure, String words) {
        return failure.getMessage() == null || isForPeople(failure)
                ? words
                : "%s: %s".formatted(failure.getClass().getName(), words);
    }

    private static boolean isForPeople(Throwable failure) {
        var name = failure.getClass().getName();
        return failure instanceof IllegalStateException
                || failure instanceof SQLException
                || name.startsWith("dev.afterimage.")
                || name.startsWith("org.jooq.");
    }
}
