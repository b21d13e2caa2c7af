package dev.afterimage.projector.fold;

import org.jooq.TransactionContext;
import org.jooq.TransactionProvider;

/** Keeps handlers from ending the transaction in which rows and checkpoint move. */
final class NoOwnTransactions implements TransactionProvider {

    static IllegalStateException refused(String what) {
        return new IllegalStateException(
                "a handler cannot %s a transaction: its statements are part of the projection's".formatted(what));
    }

    @Override
    public void begin(TransactionContext context) {
        throw refused("begin");
    }

    @Override
    public void commit(TransactionContext context) {
        throw refused("commit");
    }

    @Override
    public void rollback(TransactionContext context) {
        // nothing was begun
    }
}
