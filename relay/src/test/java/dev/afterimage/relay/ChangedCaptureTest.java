package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LossIsLoud, when events are committed that PostgreSQL does not publish and afterwards all looks as before. */
class ChangedCaptureTest {

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

    /** Each hides what is committed between the two statements. */
    static Stream<Arguments> windows() {
        return Stream.of(
                Arguments.of("DROP PUBLICATION afterimage_outbox", CaptureCheck.CREATE_PUBLICATION),
                Arguments.of(
                        "ALTER PUBLICATION afterimage_outbox SET (publish = 'update')",
                        "ALTER PUBLICATION afterimage_outbox SET (publish = 'insert')"),
                Arguments.of(
                        "ALTER PUBLICATION afterimage_outbox DROP TABLE afterimage.outbox",
                        "ALTER PUBLICATION afterimage_outbox ADD TABLE afterimage.outbox"),
                Arguments.of(
                        "ALTER PUBLICATION afterimage_outbox SET TABLE afterimage.outbox WHERE (sequence > 1000)",
                        "ALTER PUBLICATION afterimage_outbox SET TABLE afterimage.outbox"));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void events_in_a_window_while_the_relay_streams_are_refused_and_repair_brings_them(String opens, String closes)
            throws Exception {
        var relay = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        missTwo(opens, closes);

        RelayRig.await(RelayState.REFUSED, relay);
        assertRefusedAndRepaired(relay, Refusal.PUBLICATION_CHANGED);
    }

    @ParameterizedTest
    @MethodSource("windows")
    void events_in_a_window_while_the_relay_is_stopped_are_refused_and_repair_brings_them(String opens, String closes)
            throws Exception {
        var first = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        first.close();
        missTwo(opens, closes);

        assertRefusedAndRepaired(RelayRig.await(RelayState.REFUSED, rig.relay().start()), Refusal.PUBLICATION_CHANGED);
    }

    private void missTwo(String opens, String closes) throws Exception {
        rig.execute(opens);
        rig.append("a", "missed", 2);
        rig.append("b", "missed", 1);
        rig.execute(closes);
    }

    private void assertRefusedAndRepaired(Relay relay, Refusal refusal) throws Exception {
        assertThat(relay.status().refusal()).contains(refusal);
        rig.assertRepairBringsWhatWasMissed(relay);
    }

    @Test
    void a_publication_made_anew_as_the_refusal_says_is_still_refused_until_repair() throws Exception {
        rig.execute("DROP PUBLICATION afterimage_outbox");
        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        rig.append("a", "missed", 1);
        rig.execute(CaptureCheck.CREATE_PUBLICATION);
        Eventually.assertThatSoon(
                "the relay has looked again", () -> relay.status().message().contains("was changed or made again"));

        assertThat(rig.setup().repair()).isEqualTo(1);
        RelayRig.await(RelayState.STREAMING, relay);
        assertThat(rig.payloadsOf(1)).containsExactly("missed 1");
    }

    @Test
    void an_outbox_that_is_not_written_to_the_wal_is_refused_and_repaired_once_it_is() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        rig.execute("ALTER PUBLICATION afterimage_outbox DROP TABLE afterimage.outbox");
        rig.execute("ALTER TABLE afterimage.outbox SET UNLOGGED");
        rig.append("a", "missed", 2);
        rig.append("b", "missed", 1);
        RelayRig.await(RelayState.REFUSED, relay);
        rig.execute("ALTER TABLE afterimage.outbox SET LOGGED");
        rig.execute("ALTER PUBLICATION afterimage_outbox ADD TABLE afterimage.outbox");
        Eventually.assertThatSoon(
                "the relay has looked again", () -> relay.status().message().contains("was changed or made again"));

        assertRefusedAndRepaired(relay, Refusal.PUBLICATION_CHANGED);
    }

    @Test
    void an_outbox_that_is_another_table_is_refused() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        rig.execute("ALTER TABLE afterimage.outbox RENAME TO outbox_before");
        rig.execute("CREATE TABLE afterimage.outbox (LIKE afterimage.outbox_before INCLUDING ALL)");
        try {
            rig.append("a", "missed", 2);
            RelayRig.await(RelayState.REFUSED, relay);
            assertThat(relay.status().refusal()).get().isIn(Refusal.OUTBOX_CHANGED, Refusal.PUBLICATION_CHANGED);
        } finally {
            relay.close();
            rig.execute("DROP TABLE afterimage.outbox");
            rig.execute("ALTER TABLE afterimage.outbox_before RENAME TO outbox");
        }
    }

    @Test
    void what_was_recorded_of_the_capture_must_be_there() throws Exception {
        rig.execute("DELETE FROM afterimage.capture");

        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        assertThat(relay.status().refusal()).contains(Refusal.PUBLICATION_CHANGED);
        assertThat(relay.status().message()).contains("is not recorded in afterimage.capture any more");
        rig.setup().repair();
        RelayRig.await(RelayState.STREAMING, relay);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE other (i int PRIMARY KEY); ALTER PUBLICATION afterimage_outbox ADD TABLE other",
                "ALTER TABLE afterimage.outbox ADD COLUMN extra text DEFAULT 'x'",
                "ALTER TABLE afterimage.outbox ADD COLUMN twice bigint GENERATED ALWAYS AS (sequence * 2) STORED",
                "VACUUM FULL afterimage.outbox",
                "CREATE INDEX outbox_by_time ON afterimage.outbox (occurred_at)"
            })
    void what_hides_no_event_is_not_refused_while_streaming_nor_after_a_restart(String change) throws Exception {
        var relay = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        try {
            for (var statement : change.split("; ")) {
                rig.execute(statement);
            }
            rig.append("a", "after", 2);
            rig.logOf(2);
            relay.close();
            rig.streaming();
            rig.append("a", "after the restart", 3);
            assertThat(rig.payloadsOf(3)).containsExactly("before 1", "after 2", "after the restart 3");
        } finally {
            rig.execute("DROP TABLE IF EXISTS other");
            rig.execute("ALTER TABLE afterimage.outbox DROP COLUMN IF EXISTS extra, DROP COLUMN IF EXISTS twice");
            rig.execute("DROP INDEX IF EXISTS afterimage.outbox_by_time");
        }
    }

    @Test
    void a_migration_of_ours_takes_the_record_with_it_and_nobody_is_disturbed() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        try (var migration = rig.transaction();
                var statement = migration.createStatement()) {
            statement.execute("SELECT afterimage.capture_before_migration()");
            statement.execute(
                    "ALTER PUBLICATION afterimage_outbox SET TABLE afterimage.outbox, afterimage.outbox_head");
            statement.execute("ALTER PUBLICATION afterimage_outbox SET (publish = 'insert')");
            statement.execute("SELECT afterimage.capture_after_migration()");
            migration.commit();
        }
        rig.append("a", "after", 2);
        rig.logOf(2);
        relay.close();
        rig.streaming();
        rig.append("a", "after the restart", 3);

        assertThat(rig.payloadsOf(3)).containsExactly("before 1", "after 2", "after the restart 3");
    }

    @Test
    void a_migration_of_ours_does_not_bless_what_was_changed_before_it() throws Exception {
        rig.execute("ALTER PUBLICATION afterimage_outbox SET (publish = 'insert')");
        for (var step : List.of("before", "after")) {
            rig.execute("SELECT afterimage.capture_%s_migration()".formatted(step));
        }

        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());
        assertThat(relay.status().refusal()).contains(Refusal.PUBLICATION_CHANGED);
    }
}
