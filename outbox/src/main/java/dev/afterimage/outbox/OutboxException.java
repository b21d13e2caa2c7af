package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;
import org.jspecify.annotations.Nullable;

/** An append was refused or failed; nothing was recorded. The message says what to do. */
public final class OutboxException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final transient AggregateRef aggregate;

    OutboxException(AggregateRef aggregate, String problem) {
        this(aggregate, problem, null);
    }

    OutboxException(AggregateRef aggregate, String problem, @Nullable Throwable cause) {
        super("append to %s: %s".formatted(aggregate, problem), cause);
        this.aggregate = aggregate;
    }

    public AggregateRef aggregate() {
        return aggregate;
    }
}
