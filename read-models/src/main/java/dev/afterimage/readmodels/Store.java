package dev.afterimage.readmodels;

import dev.afterimage.postgres.BlockedException;
import dev.afterimage.postgres.Bounds;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.postgres.DeniedException;
import dev.afterimage.postgres.SqlStates;
import dev.afterimage.postgres.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Every statement of ours on the read models' database goes through here: in transactions that are the same whatever
 * the defaults of the pool and the role are. Nested calls are transactions of their own.
 *
 * @param transactions with the bounds of single statements
 */
record Store(DataSource dataSource, Transactions transactions, Settings settings) {

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    static Store on(DataSource dataSource, Bounds bounds) {
        return new Store(dataSource, new Transactions(dataSource, bounds), VersionMapping.plain());
    }

    /** The same whose statements may take hours, such as the making of an index. */
    Store unhurried() {
        return within(transactions.bounds().withStatement(Duration.ZERO));
    }

    /** The same that waits for locks for so long. */
    Store waiting(Duration forLocks) {
        return within(transactions.bounds().withLock(forLocks));
    }

    /** The same for what keeps others waiting: the server ends it soon when its node is frozen. */
    Store holding() {
        return within(transactions.bounds().withIdle(Checkpoints.HELD_IDLE));
    }

    Store within(Bounds bounds) {
        return new Store(dataSource, transactions.within(bounds), settings);
    }

    /** The same for the tables of a version, under their plain names. */
    Store of(ProjectionVersion version) {
        return new Store(dataSource, transactions.alsoOn(version.schema()), VersionMapping.to(List.of(version)));
    }

    /** @throws dev.afterimage.postgres.BlockedException if a lock is not given in time */
    <T> T result(String attempt, Function<DSLContext, T> work) {
        return transactions.inOne(attempt, connection -> on(connection, work));
    }

    void run(String attempt, Consumer<DSLContext> work) {
        result(attempt, transaction -> {
            work.accept(transaction);
            return true;
        });
    }

    private <T> T on(Connection connection, Function<DSLContext, T> work) throws SQLException {
        try {
            return work.apply(with(connection));
        } catch (BlockedException | DeniedException e) {
            throw e; // of another transaction, which has found out already
        } catch (DataAccessException | DatabaseException e) {
            if (LOCK_NOT_AVAILABLE.equals(SqlStates.of(e))) {
                throw new SQLException(e.getMessage(), LOCK_NOT_AVAILABLE, e); // the transaction finds out who has it
            }
            var denied = SqlStates.first(DeniedException.INSUFFICIENT_PRIVILEGE, e);
            if (denied.isPresent()) {
                throw denied.get(); // the transaction finds out whose privilege is missing
            }
            throw e;
        }
    }

    Result<Record> fetch(String attempt, String sql, @Nullable Object... values) {
        return result(attempt, transaction -> transaction.fetch(sql, values));
    }

    int execute(String attempt, String sql, @Nullable Object... values) {
        return result(attempt, transaction -> transaction.execute(sql, values));
    }

    DSLContext with(Connection connection) {
        return DSL.using(connection, VersionMapping.DIALECT, settings);
    }
}
