package dev.afterimage.readmodels;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * A transaction of ours, the same whatever the defaults of the role are: READ COMMITTED, names with their schemas, and
 * no statement is too long, since an index or a comparison may take hours. A node that is frozen in the middle lets go
 * after a minute, and who waits for a lock gives up after ten seconds, which is tried again.
 */
final class StoreTransaction {

    private StoreTransaction() {}

    static <T> T result(DSLContext database, Function<DSLContext, T> work) {
        return database.transactionResult(transaction -> {
            transaction.dsl().execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE");
            withoutTimeouts(transaction.dsl());
            transaction.dsl().execute("SET LOCAL search_path TO pg_catalog");
            return work.apply(transaction.dsl());
        });
    }

    static void run(DSLContext database, Consumer<DSLContext> work) {
        result(database, transaction -> {
            work.accept(transaction);
            return true;
        });
    }

    /** Until the transaction ends; not every version of PostgreSQL has them all. */
    static void withoutTimeouts(DSLContext transaction) {
        transaction.execute("""
                SELECT set_config(name, CASE name WHEN 'idle_in_transaction_session_timeout' THEN '60s' WHEN 'lock_timeout' THEN '10s' ELSE '0' END, true)
                FROM pg_settings WHERE name IN
                  ('statement_timeout', 'transaction_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')""");
    }

    static void waitForLocks(DSLContext transaction, String longest) {
        transaction.execute("SELECT set_config('lock_timeout', ?, true)", longest);
    }
}
