package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.readmodels.Freshness;
import dev.afterimage.readmodels.VersionFencedException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever claims a version last is the only one who can write to it. */
class FencingTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_node_that_is_fenced_by_one_that_takes_no_leases_claims_again_and_every_event_has_its_effect_once() {
        var events = AccountsModel.randomEvents(31, 600, 8);
        var projector = rig.start(ProjectorRig.SETTINGS.withLiveBatch(3), Accounts.projection());
        for (int from = 0; from < events.size(); from += 100) {
            rig.append(events.subList(from, from + 100));
            rig.sql.execute("UPDATE afterimage.checkpoint SET epoch = epoch + 1");
        }
        rig.drain(projector, "accounts");

        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
        ProjectorRig.awaitState(projector, "accounts", RunState.RUNNING);
        assertThat(rig.readModels.freshness(AccountTable.ACCOUNT))
                .as("no failure is reported to readers: somebody feeds them")
                .extracting(Freshness::failure)
                .isEqualTo(Optional.empty());
    }

    @Test
    void a_claim_of_a_version_that_was_dropped_is_fenced_by_whatever_is_made_after_it() {
        rig.append(new Deposited("a1", "1"), new Deposited("a2", "1"));
        rig.stepping(Tallies.projection());
        var versions = rig.readModels.versions();
        var first = versions.openBuilding(Tallies.projection().definition());
        var stale = rig.stepping(first, Tallies.projection());

        var second = versions.openBuilding(Tallies.projection().definition());
        var right = rig.stepping(second, Tallies.projection());
        right.step(1);

        assertThat(second.number()).as("a number is never given twice").isEqualTo(first.number() + 1);
        assertThatThrownBy(() -> stale.step(1)).isInstanceOf(VersionFencedException.class);
        assertThatThrownBy(stale::recover).isInstanceOf(VersionFencedException.class);
        right.step(1);
        assertThat(rig.rowsOf("tally__v" + second.number())).containsExactly("(Deposited,2,2)");
    }

    @Test
    void a_number_that_code_without_a_memory_gives_again_begins_in_another_epoch() {
        rig.stepping(Tallies.projection());
        var versions = rig.readModels.versions();
        var first = versions.openBuilding(Tallies.projection().definition());
        var stale = rig.readModels.checkpoints().claim(first);
        versions.drop(first);
        rig.sql.execute("""
                INSERT INTO afterimage.projection_version
                  (projection, version, revision, phase, schema_name, table_names, definition_checksum)
                VALUES ('tallies', 2, 1, 'building', 'app', '{tally}', '')""");
        rig.sql.execute("INSERT INTO afterimage.checkpoint (projection, version) VALUES ('tallies', 2)");
        rig.sql.execute("UPDATE afterimage.checkpoint SET epoch = epoch + 1 WHERE version = 2");

        assertThatThrownBy(() -> rig.readModels.checkpoints().recover(stale))
                .isInstanceOf(VersionFencedException.class);
    }
}
