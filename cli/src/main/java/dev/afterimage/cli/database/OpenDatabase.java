package dev.afterimage.cli.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.outbox.OutboxSchema;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.MigrationException;
import dev.afterimage.postgres.Transactions;
import dev.afterimage.readmodels.ReadModels;
import java.time.Instant;
import java.time.OffsetDateTime;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database with a pool; closing it closes an embedded server too. */
public final class OpenDatabase implements AutoCloseable {

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

    /** @throws MigrationException if {@code init} was never run on this database, or the tables are too old or new */
    public OpenDatabase requireInitialised() {
        OutboxSchema.migrations().requireFit(pool);
        PostgresEventLog.migrations().requireFit(pool);
        ReadModels.migrations().requireFit(pool);
        return this;
    }

    /** The database's clock. */
    public Instant now() {
        return new Transactions(pool).reading("asking for the time", connection -> {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT pg_catalog.clock_timestamp()")) {
                row.next();
                return row.getObject(1, OffsetDateTime.class).toInstant();
            }
        });
    }

    public DatabaseAddress address() {
        return address;
    }

    public DataSource dataSource() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
        if (server != null) {
            server.close();
        }
    }
}
