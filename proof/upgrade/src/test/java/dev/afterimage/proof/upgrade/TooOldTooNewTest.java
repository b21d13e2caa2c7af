package dev.afterimage.proof.upgrade;

import static dev.afterimage.proof.upgrade.Version.NEW;
import static dev.afterimage.proof.upgrade.Version.OLD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.postgres.MigrationException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TooOldTooNewTest {

    private static final int ONLY_ADDS = 1;
    private static final int TAKES_SOMETHING_AWAY = 99;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void a_new_node_does_not_run_on_the_old_tables_and_an_old_node_is_refused_where_something_was_taken_away()
            throws Exception {
        try (var cluster = new Cluster(folder)) {
            cluster.init(OLD);

            assertThatThrownBy(() -> Pipeline.requireFit(cluster.database()))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("the database has version 1 and this code needs")
                    .hasMessageContaining("init");

            cluster.init(NEW);
            Pipeline.requireFit(cluster.database());
            cluster.applyUnknown("event-log", TAKES_SOMETHING_AWAY);
            assertThat(cluster.refusedInit(OLD))
                    .contains("event-log: the database has version 99 and this code knows up to 1: run newer code");
        }
    }

    @Test
    void a_database_that_is_newer_is_refused_only_where_something_was_taken_away() throws Exception {
        try (var cluster = new Cluster(folder)) {
            cluster.init(NEW);
            for (var store : List.of("outbox", "event-log", "read-models")) {
                cluster.applyUnknown(store, TAKES_SOMETHING_AWAY);
                assertThatThrownBy(() -> Pipeline.requireFit(cluster.database()))
                        .isInstanceOf(MigrationException.class)
                        .hasMessageStartingWith(
                                store + ": the database has version 99, which needs code that knows version 99")
                        .hasMessageEndingWith("run newer code");
                cluster.forgetUnknown();

                cluster.applyUnknown(store, ONLY_ADDS);
                Pipeline.requireFit(cluster.database());
                cluster.forgetUnknown();
            }
        }
    }
}
