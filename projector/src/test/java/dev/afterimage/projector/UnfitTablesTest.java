package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.MigrationException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UnfitTablesTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    @Test
    void a_projector_that_was_started_while_the_database_was_away_looks_at_the_tables_when_it_is_back() {
        var rig = new ProjectorRig(database);
        try {
            rig.append(new AccountEvent.Deposited("a1", "1"));
            rig.dataSource.refuse(new SQLException("connection refused", "08001"));
            var projector =
                    rig.projector(ProjectorRig.SETTINGS, Tallies.projection()).start();
            rig.sql.execute("ALTER TABLE afterimage.schema_history RENAME TO history_of_now");
            rig.sql.execute(
                    "CREATE TABLE afterimage.schema_history AS SELECT * FROM afterimage.history_of_now WHERE store <> 'event-log' OR version = 1");

            rig.dataSource.refuse(null);

            assertThat(ProjectorRig.awaitState(projector, "tallies", RunState.TABLES_UNFIT)
                            .message())
                    .contains("event-log: the database has version 1 and this code needs 2");
            assertThat(rig.readModels.versions().all()).isEmpty();
            rig.sql.execute("DROP TABLE afterimage.schema_history");
            rig.sql.execute("ALTER TABLE afterimage.history_of_now RENAME TO schema_history");
            rig.drain(projector, "tallies");
        } finally {
            rig.close();
        }
    }

    @Test
    void a_projector_on_tables_of_an_older_version_refuses_to_start_until_they_are_brought_up_to_date() {
        var rig = new ProjectorRig(database);
        try {
            rig.sql.execute("ALTER TABLE afterimage.schema_history RENAME TO history_of_now");
            rig.sql.execute(
                    "CREATE TABLE afterimage.schema_history AS SELECT * FROM afterimage.history_of_now WHERE store <> 'read-models' OR version = 1");
            var projector = rig.projector(ProjectorRig.SETTINGS, Tallies.projection());

            assertThatThrownBy(projector::start)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("read-models: the database has version 1 and this code needs 2");
            assertThat(projector.status()).isEmpty();

            rig.sql.execute("DROP TABLE afterimage.schema_history");
            rig.sql.execute("ALTER TABLE afterimage.history_of_now RENAME TO schema_history");
            projector.start();
            ProjectorRig.awaitState(projector, "tallies", RunState.RUNNING);
        } finally {
            rig.close();
        }
    }
}
