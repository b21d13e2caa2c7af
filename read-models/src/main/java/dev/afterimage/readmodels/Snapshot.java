package dev.afterimage.readmodels;

import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.postgres.OpenTransaction;
import java.sql.SQLException;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** One look at the database that outlives the transaction in which it began. */
final class Snapshot implements AutoCloseable {

    private final Store database;
    private @Nullable OpenTransaction transaction;

    Snapshot(Store database) {
        this.database = database;
    }

    /** What the first statement sees is what all later ones see. */
    DSLContext open() {
        try {
            if (transaction == null) {
                transaction = OpenTransaction.beginSnapshot(database.dataSource());
            }
            return database.with(transaction.connection());
        } catch (SQLException e) {
            throw new DatabaseException("beginning a snapshot", e);
        }
    }

    @Override
    public void close() {
        if (transaction == null) {
            return;
        }
        try {
            transaction.close();
        } catch (SQLException e) {
            // what it saw is not needed any more, and a pool discards a connection that is lost
        } finally {
            transaction = null;
        }
    }
}
