package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Slots belong to the server, sources to a database. */
class SlotNamesTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @RegisterExtension
    static final FreshDatabase other = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database);
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
        for (var slot : rig.column(
                "SELECT slot_name FROM pg_replication_slots WHERE NOT active AND slot_name LIKE 'afterimage_outbox%'")) {
            rig.execute("SELECT pg_drop_replication_slot('%s')".formatted(slot));
        }
    }

    @Test
    void the_default_slot_names_the_database() throws Exception {
        var setup = new RelaySetup(rig.address, rig.log, RelaySettings.defaults());
        setup.init();

        assertThat(setup.slot()).isEqualTo("afterimage_outbox_" + database.name());
        assertThat(rig.column(
                        "SELECT database FROM pg_replication_slots WHERE slot_name = '%s'".formatted(setup.slot())))
                .containsExactly(database.name());
    }

    @Test
    void names_that_postgresql_would_refuse_are_replaced_and_stay_apart() {
        assertThat(SlotNames.ofDatabase("shop_1")).isEqualTo("afterimage_outbox_shop_1");
        assertThat(SlotNames.ofDatabase("Shop-1"))
                .matches("afterimage_outbox__hop_1_[0-9a-f]{8}")
                .isNotEqualTo(SlotNames.ofDatabase("Shop.1"));
        var longest = "d".repeat(63);
        assertThat(SlotNames.ofDatabase(longest)).hasSize(63).isNotEqualTo(SlotNames.ofDatabase(longest + "x"));
    }

    @Test
    void an_installation_with_the_default_of_before_goes_on_with_it() throws Exception {
        var before =
                new RelaySetup(rig.address, rig.log, RelaySettings.defaults().withSlot(SlotNames.EARLIER_DEFAULT));
        before.init();
        rig.append("a", "a", 1);

        var settings = RelaySettings.defaults();
        assertThat(new RelaySetup(rig.address, rig.log, settings).slot()).isEqualTo(SlotNames.EARLIER_DEFAULT);
        try (var relay = new Relay(rig.address, rig.log, DebeziumChangeSource.of(rig.address, settings), settings)) {
            relay.start();
            assertThat(rig.payloadsOf(1)).containsExactly("a 1");
        }
    }

    @Test
    void a_slot_of_another_database_is_refused_and_nothing_of_it_is_recorded() throws Exception {
        try (var connection = other.connect();
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(rig.slot));
        }

        assertThatThrownBy(rig::init)
                .isInstanceOfSatisfying(
                        RelayRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Refusal.SLOT_NOT_OURS))
                .hasMessageContaining("in database %s", other.name())
                .hasMessageContaining("RelaySettings.withSlot");
        assertThat(rig.log.sources().bookmark(rig.slot)).isEmpty();
        try (var connection = other.connect();
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_drop_replication_slot('%s')".formatted(rig.slot));
        }
        rig.init();
        rig.streaming();
        rig.append("a", "a", 1);
        assertThat(rig.payloadsOf(1)).containsExactly("a 1");
    }
}
