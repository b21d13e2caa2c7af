package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.RelayState;
import dev.afterimage.embedded.junit.FreshDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A relay whose code does not fit the tables refuses by name, and goes on when they are brought up to date. */
class UnfitTablesTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private RelayRig rig;

    @BeforeEach
    void open() throws Exception {
        rig = new RelayRig(database).init();
        rig.execute("CREATE TABLE afterimage.history_of_now AS SELECT * FROM afterimage.schema_history");
    }

    @AfterEach
    void close() throws Exception {
        restore();
        rig.execute("DROP TABLE afterimage.history_of_now");
        rig.close();
    }

    private void restore() throws Exception {
        rig.execute("DELETE FROM afterimage.schema_history");
        rig.execute("INSERT INTO afterimage.schema_history SELECT * FROM afterimage.history_of_now");
    }

    private void assertRefusedUntilRestored(String problem) throws Exception {
        rig.append("a", "a", 1);
        var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());

        assertThat(relay.status().refusal()).contains(Refusal.TABLES_UNFIT);
        assertThat(relay.status().message()).contains(problem);
        assertThat(rig.log.whole().head().value()).isZero();

        restore();
        RelayRig.await(RelayState.STREAMING, relay);
        assertThat(rig.payloadsOf(1)).containsExactly("a 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"event-log", "outbox"})
    void tables_of_an_older_version_are_refused(String store) throws Exception {
        int last = Integer.parseInt(
                rig.query("SELECT max(version) FROM afterimage.schema_history WHERE store = '%s'".formatted(store)));
        rig.execute("DELETE FROM afterimage.schema_history WHERE store = '%s' AND version = %d".formatted(store, last));

        assertRefusedUntilRestored(
                "%s: the database has version %d and this code needs %d: run this code's ./afterimage init"
                        .formatted(store, last - 1, last));
    }

    @ParameterizedTest
    @ValueSource(strings = {"event-log", "outbox"})
    void tables_of_a_newer_version_that_this_code_cannot_use_are_refused(String store) throws Exception {
        rig.execute("""
                INSERT INTO afterimage.schema_history (store, version, file_name, checksum, needs)
                VALUES ('%s', 99, 'V99__newer.sql', '', 99)""".formatted(store));

        assertRefusedUntilRestored(store + ": the database has version 99, which needs code that knows version 99");
    }
}
