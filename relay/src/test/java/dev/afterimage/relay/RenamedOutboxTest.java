package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.SQLException;
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

/**
 * LossIsLoud, when events are committed while the outbox or a column of it has another name, or in a table beside it.
 */
class RenamedOutboxTest {

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

    /** What takes the name away, which schema and table have it then, and what gives it back. */
    static Stream<Arguments> windows() {
        return Stream.of(
                Arguments.of(
                        "ALTER TABLE afterimage.outbox RENAME TO outbox_x",
                        "afterimage.outbox_x",
                        "ALTER TABLE afterimage.outbox_x RENAME TO outbox"),
                Arguments.of(
                        "ALTER TABLE afterimage.outbox SET SCHEMA public",
                        "public.outbox",
                        "ALTER TABLE public.outbox SET SCHEMA afterimage"),
                Arguments.of(
                        "ALTER SCHEMA afterimage RENAME TO \"Other, \"\"schema\"",
                        "\"Other, \"\"schema\".outbox",
                        "ALTER SCHEMA \"Other, \"\"schema\" RENAME TO afterimage"),
                Arguments.of(
                        "ALTER TABLE afterimage.outbox RENAME COLUMN metadata TO m",
                        "afterimage.outbox",
                        "ALTER TABLE afterimage.outbox RENAME COLUMN m TO metadata"));
    }

    @ParameterizedTest
    @MethodSource("windows")
    void events_in_a_window_while_the_relay_streams_are_refused_and_repair_brings_them(
            String opens, String table, String closes) throws Exception {
        var relay = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        missTwo(opens, table, closes);

        assertRefusedAndRepaired(relay);
    }

    @ParameterizedTest
    @MethodSource("windows")
    void events_in_a_window_while_the_relay_is_stopped_are_refused_and_repair_brings_them(
            String opens, String table, String closes) throws Exception {
        var first = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        first.close();
        missTwo(opens, table, closes);

        assertRefusedAndRepaired(rig.relay().start());
    }

    private void missTwo(String opens, String table, String closes) throws SQLException {
        rig.execute(opens);
        try {
            insert(table, "a", 2);
            insert(table, "b", 1);
        } finally {
            rig.execute(closes);
        }
        rig.execute("UPDATE afterimage.outbox_head SET sequence = 2 WHERE aggregate_id = 'a'");
    }

    private void insert(String table, String id, int number) throws SQLException {
        rig.execute("""
                INSERT INTO %s (event_id, aggregate_type, aggregate_id, sequence, event_name, event_version, payload,
                  occurred_at)
                VALUES (gen_random_uuid(), 'counter', '%s', %d, 'counted', 1, '{"tag":"missed","number":%d}', now())""".formatted(table, id, number, number));
    }

    private void assertRefusedAndRepaired(Relay relay) throws Exception {
        Eventually.assertThatSoon(
                "refused because of the outbox",
                () -> relay.status()
                                .refusal()
                                .filter(Refusal.OUTBOX_CHANGED::equals)
                                .isPresent()
                        || nothingWasMissed());
        if (!nothingWasMissed()) {
            rig.assertRepairBringsWhatWasMissed(relay);
        }
    }

    /** Before PostgreSQL 16 a stream that has named the table keeps to that name when its schema is renamed. */
    private boolean nothingWasMissed() throws Exception {
        return Integer.parseInt(rig.query("SHOW server_version_num")) < 160_000
                && rig.log.whole().head().value() == 3
                && rig.payloadsOf(3).containsAll(List.of("before 1", "missed 1", "missed 2"));
    }

    /** The name of a table says nothing: what counts is that it has the outbox's columns. */
    @Test
    void a_table_of_somebody_elses_that_is_called_outbox_may_be_published() throws Exception {
        rig.execute("CREATE TABLE public.outbox (id bigint PRIMARY KEY, payload text)");
        try {
            rig.execute("ALTER PUBLICATION afterimage_outbox ADD TABLE public.outbox");
            rig.streaming();
            rig.execute("INSERT INTO public.outbox VALUES (1, 'theirs')");
            rig.append("a", "ours", 1);

            assertThat(rig.payloadsOf(1)).containsExactly("ours 1");
            assertThat(rig.lastRelay().status().state()).isEqualTo(RelayState.STREAMING);
        } finally {
            rig.execute("DROP TABLE public.outbox");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GRANT SELECT ON afterimage.outbox TO public; REVOKE SELECT ON afterimage.outbox FROM public",
                "GRANT USAGE ON SCHEMA afterimage TO public; REVOKE USAGE ON SCHEMA afterimage FROM public",
                "ANALYZE afterimage.outbox",
                "VACUUM afterimage.outbox",
                "VACUUM (FREEZE) pg_catalog.pg_type",
                "VACUUM FULL pg_catalog.pg_type",
                "COMMENT ON TABLE afterimage.outbox IS 'events'; COMMENT ON TABLE afterimage.outbox IS NULL",
                "ALTER TABLE afterimage.outbox SET (autovacuum_enabled = false); ALTER TABLE afterimage.outbox RESET (autovacuum_enabled)",
                "ALTER TABLE afterimage.outbox ADD CONSTRAINT more CHECK (sequence < 1000000); ALTER TABLE afterimage.outbox DROP CONSTRAINT more",
                "ALTER TABLE afterimage.outbox REPLICA IDENTITY FULL; ALTER TABLE afterimage.outbox REPLICA IDENTITY DEFAULT",
                "CLUSTER afterimage.outbox USING outbox_pkey",
                "ALTER INDEX afterimage.outbox_pkey RENAME TO p; ALTER INDEX afterimage.p RENAME TO outbox_pkey"
            })
    void what_changes_neither_name_nor_columns_is_not_refused(String change) throws Exception {
        var relay = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        for (var statement : change.split("; ")) {
            rig.execute(statement);
        }
        rig.append("a", "after", 2);
        rig.logOf(2);
        relay.close();
        rig.streaming();
        rig.append("a", "after the restart", 3);

        assertThat(rig.payloadsOf(3)).containsExactly("before 1", "after 2", "after the restart 3");
    }

    /** PostgreSQL publishes its rows as those of another table, or not at all, and shows them with the outbox's. */
    @Test
    void a_table_that_inherits_from_the_outbox_is_refused_until_it_does_not() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        rig.execute("CREATE TABLE public.\"Heir\" () INHERITS (afterimage.outbox)");
        try {
            RelayRig.await(RelayState.REFUSED, relay);
            assertThat(relay.status().refusal()).contains(Refusal.OUTBOX_CHANGED);
            assertThat(relay.status().message())
                    .contains("public.\"Heir\"", "ALTER TABLE public.\"Heir\" NO INHERIT afterimage.outbox");
            assertThatThrownBy(() -> rig.setup().repair())
                    .isInstanceOf(RelayRefusedException.class)
                    .hasMessageContaining("public.\"Heir\"");

            rig.execute("ALTER TABLE public.\"Heir\" NO INHERIT afterimage.outbox");
            RelayRig.await(RelayState.STREAMING, relay);
            rig.append("a", "after", 2);
            assertThat(rig.payloadsOf(2)).containsExactly("before 1", "after 2");
        } finally {
            rig.execute("DROP TABLE public.\"Heir\"");
        }
    }

    /** A partition that is UNLOGGED for a while, or is attached with rows, is not known from the stream nor later. */
    @Test
    void an_outbox_that_was_partitioned_is_refused_until_it_is_one_table_again() throws Exception {
        var relay = rig.streaming();
        rig.append("a", "before", 1);
        rig.logOf(1);
        rig.execute("""
                BEGIN;
                ALTER TABLE afterimage.outbox RENAME TO plain;
                CREATE TABLE afterimage.outbox (LIKE afterimage.plain INCLUDING DEFAULTS) PARTITION BY HASH (event_id);
                CREATE TABLE afterimage.part PARTITION OF afterimage.outbox FOR VALUES WITH (MODULUS 1, REMAINDER 0);
                INSERT INTO afterimage.outbox SELECT * FROM afterimage.plain;
                ALTER PUBLICATION afterimage_outbox SET TABLE afterimage.outbox;
                COMMIT""");
        try {
            RelayRig.await(RelayState.REFUSED, relay);
            assertThat(relay.status().refusal()).contains(Refusal.OUTBOX_CHANGED);
            assertThat(relay.status().message()).contains("afterimage.part", "one plain table again");
            assertThatThrownBy(() -> rig.setup().repair())
                    .isInstanceOf(RelayRefusedException.class)
                    .hasMessageContaining("one plain table again");
        } finally {
            rig.execute("DROP TABLE afterimage.outbox; ALTER TABLE afterimage.plain RENAME TO outbox; "
                    + "ALTER PUBLICATION afterimage_outbox SET TABLE afterimage.outbox");
        }
        rig.setup().repair();
        RelayRig.await(RelayState.STREAMING, relay);
        rig.append("a", "after", 2);
        assertThat(rig.payloadsOf(2)).containsExactly("before 1", "after 2");
    }
}
