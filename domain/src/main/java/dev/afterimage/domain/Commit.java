package dev.afterimage.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where, in which transaction and when an event was committed.
 *
 * @param source the name under which the log knows the source
 * @param transactionId the source's number of the transaction; null if it is not known
 * @param at the source's clock when the transaction committed; null if it is not known, as for events that a repair
 *     brought
 */
public record Commit(
        String source,
        @Nullable Long transactionId,
        @Nullable Instant at) {

    /** A commit of which no more than its source is known. */
    public static Commit of(String source) {
        return new Commit(source, null, null);
    }
}
