package dev.afterimage.cli;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.Transactions;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database with a pool; closing it closes an embedded server too. */
final class OpenDatabase implements AutoCloseable {

    /** Each projection version holds one connection while it folds and one while it reads; writers hold one each. */
    private static final int MAX_CONNECTIONS = 40;

    private final DatabaseAddress address;
    private final @Nullable EmbeddedServer server;
    private final HikariDataSource pool;

    OpenDatabase(DatabaseAddress address, @Nullable EmbeddedServer server) {
        this.address = address;
        this.server = server;
        var config = new HikariConfig();
        config.setPoolName("afterimage");
        config.setDataSource(address.dataSource("afterimage"));
        config.setMaximumPoolSize(MAX_CONNECTIONS);
        config.setMinimumIdle(2);
        config.setInitializationFailTimeout(1);
        this.pool = new HikariDataSource(config);
    }

    /** @throws IllegalStateException if {@code init} was never run on this database */
    OpenDatabase requireInitialised() {
        var isThere = new Transactions(pool).reading("looking for our tables", connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(
                            "SELECT pg_catalog.to_regclass('afterimage.log_source'::text) IS NOT NULL")) {
                return rows.next() && rows.getBoolean(1);
            }
        });
        if (!isThere) {
            throw new IllegalStateException(
                    "%s was not initialised: run ./afterimage init on it first".formatted(address));
        }
        return this;
    }

    DatabaseAddress address() {
        return address;
    }

    DataSource dataSource() {
        return pool;
    }

    /** A signal stops an embedded server at once; what uses it is to be closed before. */
    void beforeServerStopsWithJvm(Runnable closing) {
        if (server != null) {
            server.beforeStopWithJvm(closing);
        }
    }

    @Override
    public void close() {
        pool.close();
        if (server != null) {
            server.close();
        }
    }
}
