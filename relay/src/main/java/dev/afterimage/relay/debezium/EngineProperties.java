package dev.afterimage.relay.debezium;

import dev.afterimage.outbox.OutboxSchema;
import dev.afterimage.relay.RelaySettings;
import java.util.Properties;

/**
 * The engine's settings. What matters for safety: the slot is the only cursor (a stored offset makes Debezium 3.6 skip
 * events after a restart, <a href="https://github.com/debezium/dbz/issues/76">dbz#76</a>, <a
 * href="https://github.com/debezium/dbz/issues/1554">dbz#1554</a>), a failure ends the engine instead of a retry inside
 * it, and only our acknowledgement moves the slot. A metric tag of its own for each engine, because an engine waits a
 * minute for the name of another in the same JVM.
 */
final class EngineProperties {

    private static final int MAX_QUEUE_BYTES = 16 << 20;

    private EngineProperties() {}

    static Properties of(EngineConnections connections, RelaySettings settings, String slot) {
        var properties = new Properties();
        connection(properties, connections);
        slot(properties, slot);
        safety(properties);
        quiet(properties);
        flow(properties, settings);
        return properties;
    }

    private static void connection(Properties properties, EngineConnections connections) {
        properties.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        properties.setProperty("custom.metric.tags", "connection=" + connections.key());
        connections.properties().forEach(properties::setProperty);
    }

    private static void slot(Properties properties, String slot) {
        properties.setProperty("name", slot);
        properties.setProperty("topic.prefix", slot);
        properties.setProperty("plugin.name", "pgoutput");
        properties.setProperty("slot.name", slot);
        properties.setProperty("slot.drop.on.stop", "false");
        properties.setProperty("slot.max.retries", "0");
        properties.setProperty("publication.name", OutboxSchema.PUBLICATION);
        properties.setProperty("publication.autocreate.mode", "disabled");
        // in every schema: PostgreSQL sends the name that the table had then, also if the schema has been renamed since
        properties.setProperty("table.include.list", ".*[.]" + OutboxSchema.TABLE);
        properties.setProperty("message.prefix.include.list", slot + "[.]canary");
    }

    private static void safety(Properties properties) {
        properties.setProperty("snapshot.mode", "no_data");
        properties.setProperty("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        properties.setProperty("offset.flush.interval.ms", "0");
        properties.setProperty("errors.max.retries", "0");
        properties.setProperty("lsn.flush.mode", "connector");
        properties.setProperty("event.processing.failure.handling.mode", "fail");
        properties.setProperty("heartbeat.interval.ms", "0");
        properties.setProperty("provide.transaction.metadata", "false");
        properties.setProperty("tombstones.on.delete", "false");
        properties.setProperty("skipped.operations", "u,d,t");
    }

    /** Each of these is something that Debezium would warn of although it is as it should be. */
    private static void quiet(Properties properties) {
        properties.setProperty("column.exclude.list", ".*[.]outbox[.]transaction_id"); // no type that it knows
        properties.setProperty("sourceinfo.struct.maker", UnmeasuredSource.class.getName());
    }

    private static void flow(Properties properties, RelaySettings settings) {
        properties.setProperty(
                "poll.interval.ms", Long.toString(settings.pollInterval().toMillis()));
        properties.setProperty("max.batch.size", "2048");
        properties.setProperty("max.queue.size", "8192");
        properties.setProperty("max.queue.size.in.bytes", Integer.toString(MAX_QUEUE_BYTES));
        properties.setProperty("record.processing.threads", "1");
        properties.setProperty("status.update.interval.ms", "1000");
        properties.setProperty("xmin.fetch.interval.ms", "0");
        properties.setProperty("schema.refresh.mode", "columns_diff");
    }
}
