package dev.afterimage.projector.fold;

import dev.afterimage.postgres.Cause;
import dev.afterimage.postgres.SqlStates;
import java.util.Set;

/**
 * Decides whether an event is to blame for a failure. What happens around an event, such as a lost connection, a server
 * that is read-only or a full disk, is not its fault and is tried again.
 */
final class Blame {

    // cardinality and syntax (the handler's statement), limits such as the size of an index entry, raised by functions
    private static final Set<String> CLASSES_OF_STATEMENTS = Set.of("21", "42", "54", "P0");

    // missing privilege, missing table: the statement may be right
    private static final Set<String> NOT_THE_STATEMENT = Set.of("42501", "42P01");

    private Blame() {}

    /** Whether a handler failed because of its event: whatever it threw itself, or its statements cannot succeed. */
    static boolean isOnHandler(Throwable failure) {
        var sqlState = SqlStates.of(failure);
        if (sqlState == null || sqlState.length() != 5) {
            return !Cause.isOfADatabase(failure);
        }
        return SqlStates.isDataError(failure)
                || (CLASSES_OF_STATEMENTS.contains(sqlState.substring(0, 2)) && !NOT_THE_STATEMENT.contains(sqlState));
    }

    /** Whether rows could not be written because of what is in them. */
    static boolean isOnRows(Throwable failure) {
        var sqlState = SqlStates.of(failure);
        if (sqlState == null) {
            return failure instanceof RuntimeException && !Cause.isOfADatabase(failure);
        }
        return SqlStates.isDataError(failure) || sqlState.startsWith("54");
    }
}
