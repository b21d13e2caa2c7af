package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.readmodels.Freshness;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
    void a_second_projector_fences_the_first_and_every_event_has_its_effect_once() {
        var events = AccountsModel.randomEvents(31, 600, 8);
        rig.append(events.subList(0, 300));
        var first = rig.start(ProjectorRig.SETTINGS.withLiveBatch(3), Accounts.projection());
        rig.append(events.subList(300, 400));

        var second = rig.start(ProjectorRig.SETTINGS.withLiveBatch(7), Accounts.projection());
        rig.append(events.subList(400, 600));
        rig.drain(second, "accounts");

        var status = ProjectorRig.awaitState(first, "accounts", RunState.FENCED);
        assertThat(status.message())
                .startsWith("accounts v1: its checkpoint is not at position ")
                .endsWith("another projector has taken over");
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
        assertThat(second.status()).extracting(ProjectionStatus::state).containsExactly(RunState.RUNNING);
        assertThat(rig.readModels.freshness(AccountTable.ACCOUNT))
                .as("readers are not told of a failure: somebody feeds them")
                .extracting(Freshness::failure)
                .isEqualTo(Optional.empty());
    }

    @Test
    void projectors_that_take_over_from_one_another_again_and_again_come_to_the_same() {
        var events = AccountsModel.randomEvents(32, 500, 8);
        var first = rig.start(ProjectorRig.SETTINGS.withLiveBatch(2), Accounts.projection());
        var second = rig.start(ProjectorRig.SETTINGS.withLiveBatch(2), Accounts.projection());
        for (int from = 0; from < events.size(); from += 50) {
            rig.append(events.subList(from, from + 50));
            var fenced = from % 100 == 0 ? first : second;
            ProjectorRig.awaitState(fenced, "accounts", RunState.FENCED);
            fenced.resume("accounts");
        }
        rig.drain(second, "accounts");

        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
    }

    @Test
    void a_fenced_projector_starts_from_the_stored_checkpoint_when_it_is_resumed() {
        var events = AccountsModel.randomEvents(33, 90, 8);
        rig.append(events.subList(0, 30));
        var first = rig.start(Accounts.projection());
        rig.drain(first, "accounts");
        var second = rig.start(Accounts.projection());
        rig.append(events.subList(30, 60));
        rig.drain(second, "accounts");
        ProjectorRig.awaitState(first, "accounts", RunState.FENCED);

        first.resume("accounts");
        rig.append(events.subList(60, 90));
        rig.drain(first, "accounts");

        ProjectorRig.awaitState(second, "accounts", RunState.FENCED);
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
    }
}
