package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.Position;
import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A connection that delivers nothing and never fails is found from beside it. */
class StuckConnectionTest {

    /** The server itself would notice after the stream's wal_sender_timeout, 20 seconds. */
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database).init();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void connections_that_freeze_are_given_up_and_new_ones_made() throws Exception {
        try (var proxy = FreezingProxy.to(rig.address.host(), rig.address.port())) {
            var address = DatabaseAddress.of(
                    database.jdbcUrl().replaceFirst("//[^/]+/", "//localhost:%d/".formatted(proxy.port())));
            var relay = new Relay(address, rig.log, DebeziumChangeSource.of(address, rig.settings), rig.settings);
            try (relay) {
                RelayRig.await(RelayState.STREAMING, relay.start());
                rig.append("a", "before", 1);
                rig.logOf(1);
                proxy.freezeOpenConnections();
                rig.append("a", "after", 2);

                assertThat(rig.log.whole().awaitAfter(new Position(1), LIMIT))
                        .as(() -> relay.status().toString())
                        .isTrue();
                assertThat(rig.payloadsOf(2)).containsExactly("before 1", "after 2");
                Eventually.assertThatSoon("the stream that was given up has ended", () -> streams() == 1);
            }
        }
    }

    /** Takes as long as the server's time-out. */
    @Test
    @EnabledIfSystemProperty(named = "afterimage.full", matches = "true")
    void a_role_that_is_not_told_what_the_server_hears_waits_for_the_server_to_give_up_a_frozen_connection()
            throws Exception {
        rig.execute("CREATE ROLE hears_nothing LOGIN REPLICATION");
        rig.execute("GRANT USAGE ON SCHEMA afterimage TO hears_nothing");
        rig.execute("GRANT SELECT ON ALL TABLES IN SCHEMA afterimage TO hears_nothing");
        rig.execute("GRANT INSERT, UPDATE ON afterimage.capture TO hears_nothing");
        try (var proxy = FreezingProxy.to(rig.address.host(), rig.address.port())) {
            var address = DatabaseAddress.of(database.jdbcUrlFor("hears_nothing")
                    .replaceFirst("//[^/]+/", "//localhost:%d/".formatted(proxy.port())));
            try (var relay =
                    new Relay(address, rig.log, DebeziumChangeSource.of(address, rig.settings), rig.settings)) {
                RelayRig.await(RelayState.STREAMING, relay.start());
                proxy.freezeOpenConnections();
                rig.append("a", "after", 1);

                assertThat(rig.payloadsOf(1)).containsExactly("after 1");
            }
        } finally {
            rig.execute("DROP OWNED BY hears_nothing; DROP ROLE hears_nothing");
        }
    }

    private long streams() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("afterimage-relay-stream-" + rig.slot))
                .count();
    }

    @Test
    void a_relay_that_cannot_reach_its_source_says_so_and_its_lag_grows() throws Exception {
        try (var proxy = FreezingProxy.to(rig.address.host(), rig.address.port())) {
            var address = DatabaseAddress.of(
                    database.jdbcUrl().replaceFirst("//[^/]+/", "//localhost:%d/".formatted(proxy.port())));
            var settings = rig.settings.withBackOff(Duration.ofSeconds(5), Duration.ofSeconds(5));
            var relay = new Relay(address, rig.log, DebeziumChangeSource.of(address, settings), settings);
            try (relay) {
                RelayRig.await(RelayState.STREAMING, relay.start());
                Eventually.assertThatSoon(
                        "a canary came back", () -> relay.status().lag().compareTo(Duration.ofSeconds(1)) < 0);
                proxy.cut();

                RelayRig.await(RelayState.BACKING_OFF, relay);
                Eventually.assertThatSoon(
                        "a lag of more than two seconds",
                        () -> relay.status().lag().toMillis() > 2_000);
            }
        }
    }
}
