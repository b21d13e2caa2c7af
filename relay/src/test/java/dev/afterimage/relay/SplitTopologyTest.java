package dev.afterimage.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The service's database and the log's are two. */
class SplitTopologyTest {

    @RegisterExtension
    static final FreshDatabase service = new FreshDatabase();

    @RegisterExtension
    static final FreshDatabase readSide = new FreshDatabase();

    @Test
    void events_of_one_database_reach_the_log_in_another_also_over_restarts_and_repairs() throws Exception {
        PostgresEventLog.migrations().apply(readSide.dataSource());
        var rig = new RelayRig(service);
        try (var log = PostgresEventLog.open(readSide.dataSource())) {
            var setup = new RelaySetup(rig.address, log, rig.settings);
            setup.init();
            for (int i = 1; i <= 2; i++) {
                rig.append("a", "streamed", i);
                try (var relay = new Relay(rig.address, log, rig.debezium(), rig.settings).start()) {
                    assertThat(log.whole().awaitAfter(new Position(i - 1L), RelayRig.SOON))
                            .as(relay.status().toString())
                            .isTrue();
                }
            }
            rig.append("a", "repaired", 3);
            rig.dropSlot();

            assertThat(setup.repair()).isEqualTo(1);
            assertThat(log.whole().head()).isEqualTo(new Position(3));
            assertThat(rig.log.whole().head()).isEqualTo(Position.ZERO);
        } finally {
            rig.close();
        }
    }
}
