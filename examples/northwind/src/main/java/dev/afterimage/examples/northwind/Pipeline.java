package dev.afterimage.examples.northwind;

import dev.afterimage.domain.EventDecoder;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.outbox.OutboxSchema;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.MigrationException;
import dev.afterimage.projector.Projector;
import dev.afterimage.projector.ProjectorSettings;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.relay.Relay;
import dev.afterimage.relay.RelaySettings;
import dev.afterimage.relay.RelaySetup;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import javax.sql.DataSource;

/** From the outbox to the read models, in one process and one database: the default topology. */
public final class Pipeline implements AutoCloseable {

    private static final RelaySettings RELAY = RelaySettings.defaults();

    private final DataSource pool;
    private final EventLog log;
    private final ReadModels readModels;
    private final Relay relay;
    private final Projector projector;

    /**
     * Opens log and read models; nothing moves before {@link #start}.
     *
     * @param address of the database, for the replication connection
     * @param pool of the same database
     */
    public Pipeline(DatabaseAddress address, DataSource pool) {
        this.pool = pool;
        var decoder = new EventDecoder(Northwind.catalog(), new JacksonEventCodec());
        log = PostgresEventLog.open(pool);
        readModels = ReadModels.open(pool, log.whole());
        relay = new Relay(address, log, DebeziumChangeSource.of(address, RELAY), RELAY);
        projector = new Projector(log, readModels, decoder, Northwind.projections(), ProjectorSettings.defaults());
    }

    /** Once per database: makes the tables, the publication and the slot. Idempotent. */
    public static void init(DatabaseAddress address, DataSource pool) {
        PostgresEventLog.migrations().apply(pool);
        ReadModels.migrations().apply(pool);
        try (var log = PostgresEventLog.open(pool)) {
            new RelaySetup(address, log, RELAY).init();
        }
    }

    /** See {@link RelaySetup#repair}; returns how many events were missing from the log. */
    public static long repair(DatabaseAddress address, DataSource pool) {
        try (var log = PostgresEventLog.open(pool)) {
            return new RelaySetup(address, log, RELAY).repair();
        }
    }

    /**
     * Looks whether this code may run on a database.
     *
     * @throws MigrationException if its tables are missing, or too old or too new for this code
     */
    public static void requireFit(DataSource pool) {
        OutboxSchema.migrations().requireFit(pool);
        PostgresEventLog.migrations().requireFit(pool);
        ReadModels.migrations().requireFit(pool);
    }

    /** The replication slot of a database. */
    public static String slot(DatabaseAddress address, DataSource pool) {
        try (var log = PostgresEventLog.open(pool)) {
            return new RelaySetup(address, log, RELAY).slot();
        }
    }

    /** @throws MigrationException if the tables are missing, or too old or too new for this code */
    public Pipeline start() {
        requireFit(pool);
        relay.start();
        projector.start();
        return this;
    }

    public EventLog log() {
        return log;
    }

    public ReadModels readModels() {
        return readModels;
    }

    public Relay relay() {
        return relay;
    }

    public Projector projector() {
        return projector;
    }

    /** Upstream first, so that what is captured is not left behind. */
    @Override
    public void close() {
        relay.close();
        projector.close();
        log.close();
    }
}
