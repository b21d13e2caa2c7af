package dev.afterimage.proof.reliability;

import com.zaxxer.hikari.HikariDataSource;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.examples.northwind.orders.ShopSchema;
import dev.afterimage.postgres.DatabaseAddress;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** A database with the example's tables, initialised and with customers and products. */
final class Shop implements AutoCloseable {

    final DatabaseAddress address;
    final Arrival arrival;
    private final HikariDataSource pool = new HikariDataSource();

    private Shop(String jdbcUrl) {
        address = DatabaseAddress.of(jdbcUrl);
        pool.setJdbcUrl(jdbcUrl);
        pool.setMaximumPoolSize(30);
        pool.setMinimumIdle(2);
        arrival = new Arrival(pool, "order_summary", "customer_sales", "product_sales");
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

    /** Those that are open are dead; a pool finds out only when one is used. */
    void reconnect() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    List<String> violations() throws SQLException {
        try (var connection = pool.getConnection()) {
            return Oracle.violations(connection);
        }
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
