/**
 * Reads PostgreSQL's WAL through Debezium. Start reading at {@link dev.afterimage.relay.debezium.DebeziumChangeSource},
 * then {@link dev.afterimage.relay.debezium.EngineProperties} and {@link dev.afterimage.relay.debezium.ChangeRecords}.
 * The only importer of Debezium and Kafka Connect.
 */
@NullMarked
package dev.afterimage.relay.debezium;

import org.jspecify.annotations.NullMarked;
