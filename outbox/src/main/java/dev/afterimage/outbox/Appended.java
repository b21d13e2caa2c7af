package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.CommitToken;

/**
 * Events were recorded and appear in the log once the caller's transaction commits.
 *
 * @param firstSequence the sequence of the first event of this append
 * @param lastSequence the sequence of the last; expect it in the next append for optimistic concurrency
 * @param token lets a reader wait until a read model shows this append and those before it in the transaction, so keep
 *     the last token of a transaction; that of an append that was rolled back is never reached
 */
public record Appended(AggregateRef aggregate, long firstSequence, long lastSequence, CommitToken token)
        implements AppendResult {}
