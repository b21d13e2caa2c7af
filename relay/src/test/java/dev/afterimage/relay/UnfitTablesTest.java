package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UnfitTablesTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @Test
    void a_relay_on_a_log_of_an_older_version_refuses_by_name_and_goes_on_when_it_is_brought_up_to_date()
            throws Exception {
        var rig = new RelayRig(database).init();
        try {
            rig.execute("CREATE TABLE afterimage.history_of_now AS SELECT * FROM afterimage.schema_history");
            rig.execute("DELETE FROM afterimage.schema_history WHERE store = 'event-log' AND version > 1");
            rig.append("a", "a", 1);
            var relay = RelayRig.await(RelayState.REFUSED, rig.relay().start());

            assertThat(relay.status().refusal()).contains(Refusal.TABLES_UNFIT);
            assertThat(relay.status().message())
                    .contains("event-log: the database has version 1 and this code needs 2");
            assertThat(rig.log.whole().head().value()).isZero();

            rig.execute(
                    "INSERT INTO afterimage.schema_history SELECT * FROM afterimage.history_of_now ON CONFLICT DO NOTHING");
            RelayRig.await(RelayState.STREAMING, relay);
            assertThat(rig.payloadsOf(1)).containsExactly("a 1");
        } finally {
            rig.close();
        }
    }
}
