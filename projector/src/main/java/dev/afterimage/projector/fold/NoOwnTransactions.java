package dev.afterimage.projector.fold;

import org.jooq.TransactionContext;
import org.jooq.TransactionProvider;

/** Keeps handlers from ending the transaction in which rows and checkpoint move. */
final class NoOwnTransactions implements TransactionProvider {

    private static IllegalStateException refused() {
        return new IllegalStateException(
                "a handler cannot begin a transaction: its statements are part of the projection's");
    }

    @Override
    public void begin(TransactionContext context) {
        throw refused();
    }

    @Override
    public void commit(TransactionContext context) {
        throw refused();
    }

    @Override
    public void rollback(TransactionContext context) {
        // nothing was begun
    }
}
