package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;

/** What became of an append that expected a sequence. */
public sealed interface AppendResult permits Appended, AppendResult.Conflict {

    /**
     * Another writer was first; nothing was recorded. The caller's transaction is intact.
     *
     * @param expected the sequence the caller expected
     * @param actual the aggregate's last sequence now; 0 if it has no events
     */
    record Conflict(AggregateRef aggregate, long expected, long actual) implements AppendResult {}
}
