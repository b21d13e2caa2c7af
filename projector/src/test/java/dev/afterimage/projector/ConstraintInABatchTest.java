package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Constraints are judged when a batch is written, so they have to hold after each event. */
class ConstraintInABatchTest {

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
    void what_the_next_event_sets_right_stops_a_version_that_has_not_seen_it_and_no_other() throws Exception {
        var projector = rig.start(Accounts.projection());
        rig.append(new Deposited("a1", "1"), new Deposited("a2", "-2000000"));
        assertThat(ProjectorRig.awaitState(projector, "accounts", RunState.STOPPED)
                        .message())
                .contains("at position 2", "violates check constraint");
        rig.append(new Deposited("a2", "2000001"));

        var rebuild = projector.rebuild("accounts").await(ProjectorRig.SOON).orElseThrow();

        assertThat(rebuild.comparison()).isEmpty();
        assertThat(rig.accounts()).containsExactly("(a1,,1,1,new)", "(a2,,1,2,new)");
    }

    @Test
    void it_goes_on_when_it_is_resumed_after_the_event_that_sets_it_right() {
        var projector = rig.start(Accounts.projection());
        rig.append(new Deposited("a1", "1"), new Deposited("a2", "-2000000"));
        ProjectorRig.awaitState(projector, "accounts", RunState.STOPPED);
        rig.append(new Deposited("a2", "2000001"));

        projector.resume("accounts");
        rig.drain(projector, "accounts");

        assertThat(rig.accounts()).containsExactly("(a1,,1,1,new)", "(a2,,1,2,new)");
    }
}
