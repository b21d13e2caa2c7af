package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.EmbeddedServer;
import dev.afterimage.embedded.ServerSettings;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WalLevelTest {

    private static final String WHAT_TO_DO =
            "wal_level is replica and must be logical: set wal_level = logical in postgresql.conf (or ALTER SYSTEM SET wal_level = logical) and restart PostgreSQL";

    @Test
    void a_server_that_cannot_be_captured_is_told_which_setting_to_change() throws Exception {
        try (var server = EmbeddedServer.start(ServerSettings.forTests().withParameter("wal_level", "replica"))) {
            PostgresEventLog.migrations().apply(server.dataSource("postgres"));
            try (var log = PostgresEventLog.open(server.dataSource("postgres"))) {
                assertRefused(DatabaseAddress.of(server.jdbcUrl("postgres")), log);
            }
        }
    }

    private static void assertRefused(DatabaseAddress address, PostgresEventLog log) throws InterruptedException {
        var settings = RelaySettings.defaults().withBackOff(Duration.ofMillis(50), Duration.ofMillis(100));
        var setup = new RelaySetup(address, log, settings);

        assertThatThrownBy(setup::init)
                .isInstanceOfSatisfying(
                        RelayRefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(Refusal.WAL_LEVEL_NOT_LOGICAL))
                .hasMessage(WHAT_TO_DO);
        assertThatThrownBy(setup::repair).hasMessage(WHAT_TO_DO);
        try (var relay = new Relay(address, log, DebeziumChangeSource.of(address, settings), settings)) {
            RelayRig.await(RelayState.REFUSED, relay.start());
            assertThat(relay.status().refusal()).contains(Refusal.WAL_LEVEL_NOT_LOGICAL);
            assertThat(relay.status().message()).isEqualTo(WHAT_TO_DO);
        }
    }
}
