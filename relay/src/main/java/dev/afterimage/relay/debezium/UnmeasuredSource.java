package dev.afterimage.relay.debezium;

import io.debezium.config.CommonConnectorConfig;
import io.debezium.connector.postgresql.PostgresSourceInfoStructMaker;
import io.debezium.connector.postgresql.SourceInfo;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Where a change comes from, with an empty field in which Debezium looks first for the time that it measures its lag
 * by. It then measures none: its own measuring loses events under load and warns of each, and nobody reads it here. The
 * commit's time stays in {@code ts_us}.
 *
 * @see <a
 *     href="https://github.com/debezium/debezium/blob/v3.6.1.Final/debezium-connector-postgres/src/main/java/io/debezium/connector/postgresql/PostgresEventMetadataProvider.java">PostgresEventMetadataProvider</a>
 */
public final class UnmeasuredSource extends PostgresSourceInfoStructMaker {

    private @Nullable Schema schema;

    @Override
    public void init(String connector, String version, CommonConnectorConfig config) {
        super.init(connector, version, config);
        var common = super.schema();
        var builder = SchemaBuilder.struct().name(common.name()).version(common.version());
        common.fields().forEach(field -> builder.field(field.name(), field.schema()));
        schema = builder.field(SourceInfo.TIMESTAMP_USEC_KEY, Schema.OPTIONAL_INT64_SCHEMA)
                .build();
    }

    @Override
    public Schema schema() {
        return schema == null ? super.schema() : schema;
    }
}
