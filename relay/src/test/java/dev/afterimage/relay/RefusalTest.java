package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LossIsLoud: whatever would make a hole in the log is refused, in a named state and with a remedy. */
class RefusalTest {

    private static final String PUBLICATION = CaptureCheck.CREATE_PUBLICATION;

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database);
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    @Test
    void a_source_that_was_never_initialised_is_told_to_run_init_and_streams_after_it() throws Exception {
        var relay = assertRefused(
                Refusal.NOT_INITIALISED, "slot %s was never initialised: run ./afterimage init once".formatted(slot()));

        rig.init();
        RelayRig.await(RelayState.STREAMING, relay);
    }

    @Test
    void a_missing_slot_is_told_to_repair_and_is_not_made_again() throws Exception {
        rig.init();
        rig.dropSlot();

        assertRefused(
                Refusal.SLOT_MISSING,
                "replication slot %s is gone".formatted(slot()),
                "run ./afterimage repair, which makes the slot again and brings what the outbox still has");
        assertThat(rig.slot("slot_name")).isEmpty();
        assertThatThrownBy(rig::init)
                .isInstanceOfSatisfying(
                        RelayRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Refusal.SLOT_MISSING));
        assertThat(rig.slot("slot_name")).isEmpty();
    }

    @Test
    void a_slot_that_somebody_advanced_is_refused_with_both_positions() throws Exception {
        rig.init();
        rig.append("a", "skipped", 1);
        rig.execute("SELECT pg_replication_slot_advance('%s', pg_current_wal_lsn())".formatted(slot()));

        assertRefused(
                Refusal.SLOT_AHEAD_OF_LOG,
                "is confirmed up to " + rig.slot("confirmed_flush_lsn").getFirst(),
                "the log only has events up to "
                        + Bookmark.parse(rig.log.sources().bookmark(slot()).orElseThrow())
                                .acknowledged(),
                "run ./afterimage repair, which makes the slot again and brings what the outbox still has");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WITH (publish = 'insert, update')",
                "WITH (publish = 'insert, delete')",
                "WITH (publish = 'insert, truncate')",
                "WITH (publish = 'update')",
                "WHERE (sequence > 1) WITH (publish = 'insert')",
                "(event_id, aggregate_type, aggregate_id, sequence, event_name, event_version, payload) WITH (publish = 'insert')",
            })
    void a_publication_that_sends_other_than_every_insert_is_refused(String options) throws Exception {
        rig.init();
        rig.execute("DROP PUBLICATION afterimage_outbox");
        rig.execute("CREATE PUBLICATION afterimage_outbox FOR TABLE afterimage.outbox " + options);
        try {
            assertRefused(
                    Refusal.PUBLICATION_CHANGED,
                    "publication afterimage_outbox does not publish exactly the inserts of afterimage.outbox",
                    CaptureCheck.CREATE_PUBLICATION);
        } finally {
            rig.execute("DROP PUBLICATION afterimage_outbox");
            rig.execute(PUBLICATION);
        }
    }

    @Test
    void a_dropped_publication_is_refused() throws Exception {
        rig.init();
        rig.execute("DROP PUBLICATION afterimage_outbox");
        try {
            assertRefused(Refusal.PUBLICATION_CHANGED, CaptureCheck.CREATE_PUBLICATION);
        } finally {
            rig.execute(PUBLICATION);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pg_create_logical_replication_slot('%s', 'test_decoding')",
                "pg_create_physical_replication_slot('%s')",
                "pg_create_physical_replication_slot('%s', true)"
            })
    void a_slot_of_another_kind_is_refused(String create) throws Exception {
        rig.init();
        rig.dropSlot();
        rig.execute("SELECT " + create.formatted(slot()));

        assertRefused(Refusal.SLOT_NOT_OURS, "not pgoutput in this one: choose another with RelaySettings.withSlot");
    }

    @Test
    void a_log_that_was_fed_from_another_server_is_refused_with_both_identifiers() throws Exception {
        rig.init();
        rig.append("a", "while away", 1);
        var system = rig.query("SELECT system_identifier FROM pg_control_system()");
        rig.execute("UPDATE afterimage.log_source SET bookmark = '123 0/1'");

        var relay = assertRefused(
                Refusal.OTHER_SERVER,
                "the log was fed from server 123 and this is server " + system,
                "as after pg_upgrade, run ./afterimage repair");
        assertThat(rig.setup().repair()).isEqualTo(1);
        RelayRig.await(RelayState.STREAMING, relay);
        rig.append("a", "after", 2);
        assertThat(rig.payloadsOf(2)).containsExactly("while away 1", "after 2");
    }

    private String slot() {
        return rig.slot;
    }

    private Relay assertRefused(Refusal reason, String... message) throws InterruptedException {
        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        assertThat(relay.status().refusal()).contains(reason);
        assertThat(relay.status().message()).contains(message);
        assertThat(rig.log.whole().head().value()).isZero();
        return relay;
    }
}
