package dev.afterimage.projector.rows;

import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.TableRecord;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/** Rows of tables that a test made, without a log: batch after batch. */
final class RowsRig implements AutoCloseable {

    static final int ALL = 1_000_000;

    final DSLContext sql;
    private final Connection connection;

    /** Starts with an empty schema. */
    RowsRig(FreshDatabase database, String ddl) throws SQLException {
        this.connection = database.connect();
        this.sql = DSL.using(connection, SQLDialect.POSTGRES, new Settings().withExecuteLogging(false));
        sql.execute("DROP SCHEMA IF EXISTS app CASCADE");
        sql.execute("CREATE SCHEMA app");
        sql.transaction(transaction -> {
            transaction.dsl().execute("SET LOCAL search_path TO app");
            transaction.dsl().connection(connection -> {
                try (var statement = connection.createStatement()) {
                    statement.execute(ddl);
                }
            });
        });
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** @param keptRows over batches */
    Batches batches(int keptRows, Table<? extends TableRecord<?>> table) {
        return new Batches(new VersionRows(sql, List.of(table), false, keptRows));
    }

    Batches batches(VersionRows rows) {
        return new Batches(rows);
    }

    Batches batchesOfEmpty(Table<? extends TableRecord<?>> table) {
        return new Batches(new VersionRows(sql, List.of(table), true, ALL));
    }

    List<String> rowsOf(Table<?> table) {
        return sql.resultQuery("SELECT t::text FROM {0} t ORDER BY t::text COLLATE \"C\"", table)
                .fetchInto(String.class);
    }

    /** The rows of one projection in one run. */
    final class Batches {

        private final VersionRows rows;

        private Batches(VersionRows rows) {
            this.rows = rows;
        }

        /** One batch: what {@code work} changes is written and committed. */
        void batch(Consumer<Batch> work) {
            sql.transaction(transaction -> {
                work.accept(new Batch(transaction.dsl(), rows));
                rows.flush(transaction.dsl());
            });
            rows.committed();
        }

        /** After a batch that failed. */
        void forget() {
            rows.forget();
        }

        /** Changes each row in one batch, after loading all of them together. */
        <R extends TableRecord<R>> void change(Table<R> table, Collection<?> keys, RowChange<R> change) {
            batch(batch -> {
                rows.load(
                        batch.transaction(),
                        table,
                        keys.stream().map(key -> rows.keyOf(table, key)).toList());
                keys.forEach(key -> batch.change(table, key, change));
            });
        }
    }

    /** A batch at work. */
    record Batch(DSLContext transaction, VersionRows rows) {

        void endOfEvent() {
            rows.settle();
        }

        <R extends TableRecord<R>> void change(Table<R> table, Object key, RowChange<R> change) {
            rows.change(transaction, table, rows.keyOf(table, key), change);
        }
    }
}
