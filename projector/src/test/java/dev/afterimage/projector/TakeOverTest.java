package dev.afterimage.projector;

import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.readmodels.Leases;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One node runs a version; others stand by and take over without being asked. */
class TakeOverTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final String WIDER = """
            CREATE TABLE tally (
              kind text PRIMARY KEY,
              times bigint NOT NULL DEFAULT 0,
              last_position bigint,
              first_seen text NOT NULL DEFAULT 'long ago'
            );""";

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
    void a_second_node_stands_by_and_says_who_runs_it() {
        var first = rig.start(Accounts.projection(), Tallies.projection());
        var second = rig.start(Accounts.projection(), Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(first, "accounts", "tallies");

        assertThat(first.status()).extracting(ProjectionStatus::state).containsOnly(RunState.RUNNING);
        assertThat(second.status()).hasSize(2).allSatisfy(status -> {
            assertThat(status.state()).isEqualTo(RunState.STANDBY);
            assertThat(status.message()).contains("node " + first.node() + " runs it");
        });
    }

    @Test
    void when_the_node_is_closed_the_other_takes_over_at_once() {
        var events = AccountsModel.randomEvents(31, 600, 8);
        rig.append(events.subList(0, 300));
        var first = rig.start(ProjectorRig.SETTINGS.withLiveBatch(3), Accounts.projection());
        var second = rig.start(ProjectorRig.SETTINGS.withLiveBatch(7), Accounts.projection());
        rig.append(events.subList(300, 600));

        first.close();
        long closed = System.nanoTime();
        ProjectorRig.awaitState(second, "accounts", RunState.RUNNING);

        assertThat(Duration.ofNanos(System.nanoTime() - closed)).isLessThan(Leases.VALID);
        rig.drain(second, "accounts");
        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
    }

    @Test
    void when_the_node_is_not_heard_of_the_other_takes_over_and_the_first_stands_by() {
        var events = AccountsModel.randomEvents(32, 400, 8);
        var first = rig.start(Accounts.projection());
        rig.append(events.subList(0, 200));
        var second = rig.start(Accounts.projection());
        for (int from = 200; from < 400; from += 50) {
            rig.sql.execute(
                    "UPDATE afterimage.version_lease SET node = ?, until = clock_timestamp() + interval '100 ms'",
                    "a third node that is killed at once");
            rig.append(events.subList(from, from + 50));
        }
        rig.drain(first, "accounts");

        assertThat(rig.accounts()).isEqualTo(AccountsModel.after(events));
        Waiting.until(
                () -> java.util.stream.Stream.of(first, second)
                        .flatMap(projector -> projector.status().stream())
                        .filter(status -> status.state() == RunState.RUNNING)
                        .findFirst(),
                () -> first.status() + " " + second.status());
    }

    @Test
    void an_older_revision_stands_by_for_a_newer_one_and_does_not_replace_it() throws Exception {
        rig.append(new Deposited("a1", "1"));
        var oldNode = rig.start(Tallies.projection());
        rig.drain(oldNode, "tallies");
        var newNode = rig.start(Accounts.withSql(Tallies.projection(), 2, WIDER));
        assertThat(newNode.lastRebuild("tallies").orElseThrow().await(ProjectorRig.SOON))
                .isPresent();
        oldNode.close();

        var oldAgain = rig.start(Tallies.projection());
        rig.append(new Deposited("a1", "1"));
        rig.drain(newNode, "tallies");

        assertThat(rig.active("tallies").revision()).isEqualTo(2);
        assertThat(oldAgain.lastRebuild("tallies")).isEmpty();
        assertThat(ProjectorRig.awaitState(oldAgain, "tallies", RunState.STANDBY)
                        .message())
                .contains("it is of revision 2 and this code has revision 1");
        var asked = oldAgain.rebuild("tallies");
        assertThat(asked.isRunning() || asked.progress().phase() == RebuildPhase.FAILED)
                .isTrue();
        Waiting.until(
                () -> asked.isRunning() ? java.util.Optional.empty() : java.util.Optional.of(true),
                () -> asked.progress().toString());
        assertThat(asked.progress().message()).contains("an older one never replaces a newer one");
        assertThat(rig.active("tallies").revision()).isEqualTo(2);
    }

    @Test
    void a_projector_that_is_closed_rebuilds_nothing() {
        var projector = rig.start(Tallies.projection());
        projector.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> projector.rebuild("tallies"))
                .withMessage("projection tallies cannot be rebuilt: its projector is closed");
    }

    @Test
    void a_first_version_is_seen_when_it_has_caught_up_and_not_before() throws Exception {
        var go = new java.util.concurrent.CountDownLatch(1);
        rig.append(new Deposited("a1", "1"), new Deposited("a1", "1"));
        var projector = rig.projector(
                ProjectorRig.SETTINGS.withRebuildBatch(1), Tallies.projection(AccountEvent.class, event -> await(go)));
        var starting = Thread.ofPlatform().start(projector::start);
        ProjectorRig.awaitState(projector, "tallies", RunState.BUILDING);
        assertThat(rig.readModels.versions().active("tallies")).isEmpty();

        go.countDown();
        starting.join();
        assertThat(projector.lastRebuild("tallies").orElseThrow().await(ProjectorRig.SOON))
                .isPresent();

        assertThat(rig.readModels.query().fetchCount(TALLY)).isEqualTo(1);
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,2)");
    }

    private static void await(java.util.concurrent.CountDownLatch latch) {
        try {
            assertThat(latch.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
