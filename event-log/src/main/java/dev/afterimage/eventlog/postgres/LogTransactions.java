package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.postgres.Bounds;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.postgres.Transactions;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Transactions on the log's tables: if one of them is gone, the failure says so. */
record LogTransactions(DataSource dataSource, Transactions transactions) {

    /** undefined_table, invalid_schema_name, undefined_column */
    private static final Set<String> TABLE_IS_GONE = Set.of("42P01", "3F000", "42703");

    static LogTransactions on(DataSource dataSource, Bounds bounds) {
        return new LogTransactions(dataSource, new Transactions(dataSource, bounds));
    }

    /** For statements over the whole log, which may take hours. */
    LogTransactions unhurried() {
        return new LogTransactions(
                dataSource, transactions.within(transactions.bounds().withStatement(Duration.ZERO)));
    }

    <T extends @Nullable Object> T inOne(String attempt, Transactions.Work<T> work) {
        try {
            return transactions.inOne(attempt, work);
        } catch (DatabaseException e) {
            throw named(e);
        }
    }

    <T extends @Nullable Object> T reading(String attempt, Transactions.Work<T> work) {
        try {
            return transactions.reading(attempt, work);
        } catch (DatabaseException e) {
            throw named(e);
        }
    }

    <T extends @Nullable Object> T asking(String attempt, String sql, Transactions.Question<T> question) {
        try {
            return transactions.asking(attempt, sql, question);
        } catch (DatabaseException e) {
            throw named(e);
        }
    }

    static RuntimeException named(DatabaseException failure) {
        return TABLE_IS_GONE.contains(failure.sqlState())
                ? new LogDamagedException("a table of it is missing (%s)".formatted(failure.getMessage()), failure)
                : failure;
    }
}
