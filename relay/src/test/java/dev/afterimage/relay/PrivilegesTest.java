package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PrivilegesTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database).init();
        rig.execute("CREATE ROLE relay_role LOGIN");
        rig.execute("GRANT USAGE ON SCHEMA afterimage TO relay_role");
        rig.execute(
                "GRANT SELECT ON afterimage.outbox, afterimage.outbox_head, afterimage.schema_history TO relay_role");
        rig.execute("GRANT SELECT, INSERT, UPDATE ON afterimage.capture TO relay_role");
    }

    @AfterEach
    void close() throws Exception {
        rig.execute("DROP OWNED BY relay_role; DROP ROLE relay_role");
        rig.close();
    }

    @Test
    void a_role_with_replication_that_reads_the_outbox_and_keeps_the_record_of_the_capture_is_enough()
            throws Exception {
        rig.execute("ALTER ROLE relay_role REPLICATION");
        try (var relay = relay()) {
            RelayRig.await(RelayState.STREAMING, relay.start());
            rig.append("a", "a", 1);
            assertThat(rig.payloadsOf(1)).containsExactly("a 1");
        }
    }

    @Test
    void a_role_without_replication_is_told_what_postgresql_said() throws Exception {
        try (var relay = relay()) {
            RelayRig.await(RelayState.BACKING_OFF, relay.start());
            assertThat(relay.status().message())
                    .containsAnyOf(
                            "permission denied to start WAL sender",
                            "must be superuser or replication role to start walsender"); // before PostgreSQL 16
        }
    }

    private Relay relay() throws SQLException {
        var address = DatabaseAddress.of(database.jdbcUrlFor("relay_role"));
        var settings = rig.settings.withBackOff(Duration.ofSeconds(2), Duration.ofSeconds(2));
        return new Relay(address, rig.log, DebeziumChangeSource.of(address, settings), settings);
    }
}
