package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.RelayRig.Counter;
import dev.afterimage.relay.RelayRig.CounterEvent.Counted;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import dev.afterimage.relay.source.SourceDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PrivilegesTest {

    private static final boolean IS_FULL = Boolean.getBoolean("afterimage.full");
    private static final int APPEND = 500;

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
    void rows_that_a_policy_hides_from_the_role_are_not_taken_for_deleted() throws Exception {
        rig.streaming();
        rig.append("a", "a", 1);
        rig.logOf(1);
        rig.execute("ALTER TABLE afterimage.outbox ENABLE ROW LEVEL SECURITY");
        try {
            var setup = new RelaySetup(DatabaseAddress.of(database.jdbcUrlFor("relay_role")), rig.log, rig.settings);

            assertThatThrownBy(() -> setup.verify(Duration.ZERO)).hasStackTraceContaining("row-level security policy");
        } finally {
            rig.execute("ALTER TABLE afterimage.outbox DISABLE ROW LEVEL SECURITY");
        }
    }

    /** The server shows when a process was last heard of only to roles that read all statistics. */
    @Test
    void a_connection_is_not_taken_for_dead_because_the_role_cannot_see_when_the_server_heard_of_it() throws Exception {
        rig.execute("ALTER ROLE relay_role REPLICATION");
        try (var relay = relay();
                var source = new SourceDatabase(DatabaseAddress.of(database.jdbcUrlFor("relay_role")))) {
            RelayRig.await(RelayState.STREAMING, relay.start());
            rig.append("a", "a", 1);
            rig.logOf(1);
            var slot = source.slot(rig.slot).orElseThrow();
            var vitals = new Vitals(0);
            vitals.connectedAs(slot.activePid(), 0);

            assertThat(slot.reply()).isEmpty();
            assertThat(vitals.saw(slot, Vitals.LIMIT.multipliedBy(10).toNanos()))
                    .as("why the connection is dead")
                    .isEmpty();
        }
    }

    @Test
    void large_transactions_arrive_over_one_connection_however_long_it_lasts() throws Exception {
        rig.execute("ALTER ROLE relay_role REPLICATION");
        int events = IS_FULL ? 300_000 : 1_000;
        long until = System.nanoTime() + (IS_FULL ? Vitals.LIMIT.multipliedBy(3).toNanos() : 0);
        try (var relay = relay()) {
            RelayRig.await(RelayState.STREAMING, relay.start());
            var connection = rig.slot("active_pid");
            int expected = 0;
            do {
                appendInOne(events);
                expected += events;
                rig.awaitHead(expected);
            } while (System.nanoTime() < until);

            assertThat(rig.slot("active_pid")).isEqualTo(connection);
            assertThat(relay.status().state()).isEqualTo(RelayState.STREAMING);
        }
    }

    private void appendInOne(int events) throws SQLException {
        try (var large = rig.transaction()) {
            for (int from = 0; from < events; from += APPEND) {
                var some = IntStream.range(from, from + APPEND).mapToObj(n -> new Counted("large", n));
                rig.outbox.append(large, Counter.class, "a", some);
            }
            large.commit();
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
