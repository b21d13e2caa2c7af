package dev.afterimage.projector;

import static dev.afterimage.projector.AccountTable.ACCOUNT;
import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Renamed;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RevisionTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final String WIDER = """
            CREATE TABLE tally (
              kind text PRIMARY KEY,
              last_position bigint,
              first_seen text NOT NULL DEFAULT 'long ago',
              times bigint NOT NULL DEFAULT 0
            );
            CREATE INDEX ON tally (times);""";

    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static RebuildResult finished(Rebuild rebuild) throws InterruptedException {
        return rebuild.await(ProjectorRig.SOON)
                .orElseThrow(() -> new AssertionError("not finished: " + rebuild.progress()));
    }

    @Test
    void a_raised_revision_is_built_beside_the_live_version_and_switched_to_without_being_asked() throws Exception {
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"));
        var old = rig.start(Tallies.projection());
        rig.drain(old, "tallies");
        old.close();

        var projector = rig.start(Accounts.withSql(Tallies.projection(), 2, WIDER));
        var result = finished(projector.lastRebuild("tallies").orElseThrow());

        assertThat(result.version().revision()).isEqualTo(2);
        assertThat(result.comparison())
                .as("another revision may have other rows")
                .isEmpty();
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,1,\"long ago\",1)", "(Renamed,2,\"long ago\",1)");
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,3,\"long ago\",2)", "(Renamed,2,\"long ago\",1)");
        assertThat(projector.status()).extracting(ProjectionStatus::state).containsExactly(RunState.RUNNING);
    }

    @Test
    void the_old_revision_serves_and_is_fed_by_its_own_node_until_the_switch() throws Exception {
        rig.append(new Deposited("a1", "1"));
        var oldNode = rig.start(Tallies.projection());
        rig.drain(oldNode, "tallies");
        var building = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var slow = Tallies.projection(AccountEvent.class, event -> {
            building.countDown();
            await(go);
        });

        var newNode = rig.start(Accounts.withSql(slow, 2, WIDER));
        await(building);
        rig.append(new Deposited("a1", "1"));
        rig.drain(oldNode, "tallies");

        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,2)");
        assertThat(rig.readModels.query().fetchCount(TALLY)).isEqualTo(1);
        go.countDown();
        finished(newNode.lastRebuild("tallies").orElseThrow());
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,\"long ago\",2)");
        rig.append(new Deposited("a1", "1"));
        rig.drain(newNode, "tallies");
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,3,\"long ago\",3)");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void only_the_raised_projection_is_rebuilt() throws Exception {
        rig.append(new Deposited("a1", "1"));
        rig.drain(rig.start(Tallies.projection(), Accounts.projection()), "tallies", "accounts");

        var projector = rig.start(Accounts.withSql(Tallies.projection(), 2, WIDER), Accounts.projection());
        finished(projector.lastRebuild("tallies").orElseThrow());

        assertThat(projector.lastRebuild("accounts")).isEmpty();
        assertThat(rig.active("accounts").number()).isEqualTo(1);
        assertThat(rig.readModels.query().fetchCount(ACCOUNT)).isEqualTo(1);
    }

    @Test
    void a_projector_that_starts_again_with_the_raised_revision_goes_on_without_a_rebuild() throws Exception {
        rig.append(new Deposited("a1", "1"));
        rig.drain(rig.start(Tallies.projection()), "tallies");
        var raised = Accounts.withSql(Tallies.projection(), 2, WIDER);
        finished(rig.start(raised).lastRebuild("tallies").orElseThrow());

        var restarted = rig.start(raised);
        rig.append(new Deposited("a1", "1"));
        rig.drain(restarted, "tallies");

        assertThat(restarted.lastRebuild("tallies")).isEmpty();
        assertThat(rig.rowsOf("tally")).containsExactly("(Deposited,2,\"long ago\",2)");
    }

    @Test
    void changed_tables_without_a_raised_revision_are_refused_and_nothing_is_folded() {
        rig.start(Tallies.projection()).close();
        var changed = rig.start(Accounts.withSql(Tallies.projection(), 1, WIDER));

        assertThat(ProjectorRig.awaitState(changed, "tallies", RunState.STOPPED).message())
                .contains("its SQL is not the one that revision 1 was built with", "raise the revision to 2");
        rig.append(new Deposited("a1", "1"));
        assertThat(rig.position("tallies")).isZero();
    }
}
