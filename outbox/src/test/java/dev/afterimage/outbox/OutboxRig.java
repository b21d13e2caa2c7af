package dev.afterimage.outbox;

import dev.afterimage.domain.Captured;
import dev.afterimage.domain.EventName;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.postgres.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** An empty outbox in a database, and a look into its table. */
final class OutboxRig {

    @Captured(events = OrderEvent.class)
    static final class Order {}

    sealed interface OrderEvent {
        record Placed(String customer) implements OrderEvent {}

        @EventName(version = 2)
        record LineAdded(int product, int quantity) implements OrderEvent {}

        record Noted(String text) implements OrderEvent {}
    }

    @Captured(events = StockEvent.class)
    static final class Stock {}

    sealed interface StockEvent {
        record Reserved(int quantity) implements StockEvent {}
    }

    private static final Duration SOON = Duration.ofMinutes(2);

    final Outbox outbox = Outbox.create();
    private final FreshDatabase database;

    OutboxRig(FreshDatabase database) throws SQLException {
        this.database = database;
        OutboxSchema.migrations().apply(database.dataSource());
        execute("TRUNCATE afterimage.outbox, afterimage.outbox_head");
    }

    Connection transaction() throws SQLException {
        var connection = database.connect();
        connection.setAutoCommit(false);
        return connection;
    }

    /** Runs work in a transaction of its own and commits. */
    <T> T committed(Transactions.Work<T> work) throws DatabaseException {
        return new Transactions(database.dataSource()).inOne("the test's transaction", work);
    }

    void execute(String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of every row, as text. */
    List<String> column(String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return values;
        }
    }

    String value(String sql) throws SQLException {
        return column(sql).getFirst();
    }

    List<String> payloads(String id) throws SQLException {
        return column("SELECT payload::text FROM afterimage.outbox WHERE aggregate_id = '%s' ORDER BY sequence"
                .formatted(id));
    }

    /** Returns once this many sessions wait for a lock. */
    void awaitBlocked(int sessions) throws SQLException {
        var sql =
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        long deadline = System.nanoTime() + SOON.toNanos();
        while (Integer.parseInt(value(sql)) < sessions) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("fewer than %d sessions wait for a lock".formatted(sessions));
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
