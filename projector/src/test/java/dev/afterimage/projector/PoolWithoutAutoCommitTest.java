package dev.afterimage.projector;

import static dev.afterimage.projector.TallyTable.TALLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.projector.AccountEvent.Deposited;
import dev.afterimage.projector.AccountEvent.Renamed;
import dev.afterimage.readmodels.ProjectionView;
import dev.afterimage.readmodels.VersionState;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node records on a pool whose connections come without auto-commit is there for everyone. */
class PoolWithoutAutoCommitTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private final AtomicBoolean fixed = new AtomicBoolean();
    private ProjectorRig rig;

    @BeforeEach
    void open() {
        rig = new ProjectorRig(database);
        rig.dataSource.withoutAutoCommit();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private Projection failingOnRenamed() {
        return Tallies.projection(AccountEvent.class, event -> {
            if (event instanceof Renamed && !fixed.get()) {
                throw new IllegalStateException("no such name");
            }
        });
    }

    private ProjectionView view() {
        return Objects.requireNonNull(
                rig.readModels.versions().look(List.of("tallies")).get("tallies"));
    }

    @Test
    void a_handler_that_throws_is_recorded_and_so_is_that_it_goes_on() {
        rig.append(new Deposited("a1", "1"), new Renamed("a1", "x"));
        var projector = rig.start(failingOnRenamed());

        var stopped = rig.awaitFreshness(
                TALLY, each -> each.failure().isPresent() && each.feeding().state() == VersionState.STOPPED);

        assertThat(stopped.failure().orElseThrow()).contains("tallies v1 stopped at position 2", "no such name");
        fixed.set(true);
        projector.resume("tallies");
        rig.drain(projector, "tallies");
        rig.awaitFreshness(TALLY, each -> each.failure().isEmpty());
    }

    @Test
    void a_build_that_fails_is_recorded_and_tried_again_after_longer_each_time() {
        rig.append(new Renamed("a1", "x"));
        rig.projector(ProjectorRig.SETTINGS, failingOnRenamed()).start();

        var second = Waiting.until(
                () -> view().buildFailure().filter(failure -> failure.attempts() == 2), () -> view().toString());

        assertThat(second.message()).contains("no such name");
        assertThat(second.retryAt()).isAfter(second.failedAt());
        fixed.set(true);
        Waiting.until(
                () -> view().active().filter(active -> view().buildFailure().isEmpty()), () -> view().toString());
    }

    @Test
    void a_rebuild_that_was_asked_for_is_done_once() {
        rig.append(new Deposited("a1", "1"));
        var projector = rig.start(Tallies.projection());
        rig.drain(projector, "tallies");
        rig.readModels.versions().requestRebuild("tallies");
        Waiting.until(
                () -> view().rebuildRequestedAt().isEmpty() ? view().active() : Optional.empty(),
                () -> view().toString());
        assertThat(view().active().orElseThrow().version().number()).isEqualTo(2);
    }

    @Test
    void an_orderly_end_gives_every_version_away() {
        rig.append(new Deposited("a1", "1"));
        var projector = rig.start(Tallies.projection());
        rig.drain(projector, "tallies");

        projector.close();

        assertThat(view().active().orElseThrow().lease().isHeld()).isFalse();
        var next = rig.start(Tallies.projection());
        ProjectorRig.awaitState(next, "tallies", RunState.RUNNING);
    }
}
