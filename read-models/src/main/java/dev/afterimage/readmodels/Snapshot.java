package dev.afterimage.readmodels;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** One look at the database that outlives the transaction in which it began. */
final class Snapshot implements AutoCloseable {

    private final DSLContext database;
    private @Nullable Connection connection;

    Snapshot(DSLContext database) {
        this.database = database;
    }

    /** What the first statement sees is what all later ones see. */
    DSLContext open() {
        if (connection != null) {
            return on(connection);
        }
        connection = Objects.requireNonNull(
                database.configuration().connectionProvider().acquire());
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            throw new DataAccessException("beginning a snapshot failed", e);
        }
        var snapshot = on(connection);
        snapshot.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        StoreTransaction.withoutTimeouts(snapshot);
        return snapshot;
    }

    private DSLContext on(Connection open) {
        return DSL.using(open, VersionMapping.DIALECT, database.settings());
    }

    @Override
    public void close() {
        if (connection == null) {
            return;
        }
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            // a pool discards a connection that is lost
        } finally {
            database.configuration().connectionProvider().release(connection);
            connection = null;
        }
    }
}
