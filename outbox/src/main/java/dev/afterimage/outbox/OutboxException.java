package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.postgres.SqlMessages;
import dev.afterimage.postgres.SqlStates;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** An append was refused or failed; nothing was recorded. The message says what to do. */
public final class OutboxException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final String DEADLOCK = "40P01";
    private static final String SERIALIZATION = "40001";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final transient AggregateRef aggregate;
    private final boolean retryable;

    OutboxException(AggregateRef aggregate, String problem) {
        this(aggregate, problem, null);
    }

    private OutboxException(AggregateRef aggregate, String problem, @Nullable Throwable cause) {
        super("append to %s: %s".formatted(aggregate, problem), cause);
        this.aggregate = aggregate;
        this.retryable = cause != null && SqlStates.isTransient(cause);
    }

    static OutboxException of(AggregateRef aggregate, SQLException failure) {
        return new OutboxException(aggregate, "the statement failed: " + explained(failure), failure);
    }

    private static String explained(SQLException failure) {
        var message = SqlMessages.withoutRows(failure);
        return switch (String.valueOf(failure.getSQLState())) {
            case DEADLOCK ->
                message
                        + ": two transactions wait for each other. Roll back and run the transaction again; to several aggregates append in one call, append(tx, Changes.of(…).and(…)), which always locks in one order";
            case SERIALIZATION ->
                message
                        + ": another transaction appended to the aggregate after this one took its snapshot. Roll back and run the transaction again, or use READ COMMITTED, where an append waits and appendExpecting returns a Conflict";
            case INSUFFICIENT_PRIVILEGE -> message + ": GRANT the role what README.md lists under Grants for a writer";
            default -> message;
        };
    }

    /** The aggregate concerned; of several in one append, the first. */
    public AggregateRef aggregate() {
        return aggregate;
    }

    /**
     * Whether the caller's whole transaction, rolled back and run again, may succeed: after a deadlock, a serialization
     * failure or a lost connection. False for what was refused.
     */
    public boolean isRetryable() {
        return retryable;
    }
}
