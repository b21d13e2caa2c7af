package dev.afterimage.cli;

import dev.afterimage.domain.EventDecoder;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.examples.northwind.Northwind;
import dev.afterimage.projector.Projector;
import dev.afterimage.projector.ProjectorSettings;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.relay.Relay;
import dev.afterimage.relay.RelaySettings;
import dev.afterimage.relay.RelaySetup;
import dev.afterimage.relay.debezium.DebeziumChangeSource;

/** From the outbox to the read models in one process and one database: the default topology. */
final class Pipeline implements AutoCloseable {

    private static final RelaySettings RELAY = RelaySettings.defaults();

    private final PostgresEventLog log;
    private final ReadModels readModels;
    private final Relay relay;
    private final Projector projector;

    private Pipeline(OpenDatabase database) {
        this.log = PostgresEventLog.open(database.dataSource());
        this.readModels = ReadModels.open(database.dataSource(), log.whole());
        this.relay = new Relay(database.address(), log, DebeziumChangeSource.of(database.address(), RELAY), RELAY);
        this.projector = new Projector(
                log,
                readModels,
                new EventDecoder(Northwind.catalog(), new JacksonEventCodec()),
                Northwind.projections(),
                ProjectorSettings.defaults());
    }

    /** Makes the tables, the publication and the slot; idempotent. */
    static void init(OpenDatabase database) {
        PostgresEventLog.migrations().apply(database.dataSource());
        ReadModels.migrations().apply(database.dataSource());
        try (var log = PostgresEventLog.open(database.dataSource())) {
            new RelaySetup(database.address(), log, RELAY).init();
        }
    }

    /** See {@link RelaySetup#repair()}. */
    static long repair(OpenDatabase database) {
        try (var log = PostgresEventLog.open(database.dataSource())) {
            return new RelaySetup(database.address(), log, RELAY).repair();
        }
    }

    static Pipeline start(OpenDatabase database) {
        var pipeline = new Pipeline(database);
        pipeline.relay.start();
        pipeline.projector.start();
        return pipeline;
    }

    PostgresEventLog log() {
        return log;
    }

    ReadModels readModels() {
        return readModels;
    }

    Relay relay() {
        return relay;
    }

    Projector projector() {
        return projector;
    }

    static String slot() {
        return RELAY.slot();
    }

    /** Upstream first, so that what is captured is not left behind. */
    @Override
    public void close() {
        relay.close();
        projector.close();
        log.close();
    }
}
