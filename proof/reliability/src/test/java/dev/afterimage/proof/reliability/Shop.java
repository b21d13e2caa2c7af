package dev.afterimage.proof.reliability;

import com.zaxxer.hikari.HikariDataSource;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.examples.northwind.orders.ShopSchema;
import dev.afterimage.postgres.DatabaseAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** A database with the example's tables, initialised, and questions to it that are plain SQL. */
final class Shop implements AutoCloseable {

    private static final String[] PROJECTIONS = {"order_summary", "customer_sales", "product_sales"};

    final DatabaseAddress address;
    private final HikariDataSource pool = new HikariDataSource();

    private Shop(String jdbcUrl) {
        address = DatabaseAddress.of(jdbcUrl);
        pool.setJdbcUrl(jdbcUrl);
        pool.setMaximumPoolSize(30);
        pool.setMinimumIdle(2);
    }

    static Shop open(String jdbcUrl) {
        var shop = new Shop(jdbcUrl);
        ShopSchema.createIfMissing(shop.db());
        Pipeline.init(shop.address, shop.pool);
        Load.introduce(shop.db());
        return shop;
    }

    DSLContext db() {
        return DSL.using(pool, SQLDialect.POSTGRES);
    }

    DataSource pool() {
        return pool;
    }

    List<String> violations() throws SQLException {
        try (var connection = pool.getConnection()) {
            return Oracle.violations(connection);
        }
    }

    /** The server itself says when the slot is read. */
    boolean isStreaming() {
        return db().fetchExists(DSL.table("pg_replication_slots"), DSL.condition("active"));
    }

    long written() {
        return number("SELECT count(*) FROM afterimage.outbox");
    }

    long logged() {
        return number("SELECT max(position) FROM afterimage.log_head");
    }

    /** Only when nobody writes any more does it say something. */
    boolean hasArrived() {
        long written = written();
        return logged() >= written && List.of(PROJECTIONS).stream().allMatch(name -> folded(name) >= written);
    }

    /** How far everything is, added up: it changes whenever something moves. */
    private long progress() {
        return written()
                + logged()
                + List.of(PROJECTIONS).stream().mapToLong(this::folded).sum();
    }

    private long folded(String projection) {
        return number("""
                SELECT coalesce(max(position), 0) FROM afterimage.checkpoint
                  JOIN afterimage.projection_version USING (projection, version)
                WHERE phase = 'active' AND projection = '%s'""".formatted(projection));
    }

    long number(String sql) {
        return db().fetchSingle(sql).get(0, Long.class);
    }

    /** Waits as long as anything moves, however slowly; false if all has stood still for so long. */
    boolean awaitWhileItMoves(BooleanSupplier reached, Duration still) {
        long last = progress();
        long deadline = System.nanoTime() + still.toNanos();
        while (!reached.getAsBoolean()) {
            long now = progress();
            if (now != last) {
                last = now;
                deadline = System.nanoTime() + still.toNanos();
            } else if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return true;
    }

    void dropSlots() {
        db().fetch(
                        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()");
    }

    @Override
    public void close() {
        pool.close();
    }
}
