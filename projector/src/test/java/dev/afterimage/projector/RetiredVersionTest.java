package dev.afterimage.projector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.postgres.Bounds;
import dev.afterimage.projector.AccountEvent.Deposited;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A version that was replaced follows the one that replaced it, and never passes it. */
class RetiredVersionTest {

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
    void one_that_had_to_wait_still_knows_its_rows() {
        rig.append(new Deposited("a1", "1"), new Deposited("a2", "1"));
        var retired = rig.stepping(Tallies.projection());
        var versions = rig.readModels.versions();
        var next = versions.openBuilding(Tallies.projection().definition());
        versions.finishBuilding(next);
        var active = rig.stepping(next, Tallies.projection());
        ProjectorRig.toTheHead(retired, 100);
        ProjectorRig.toTheHead(active, 100);
        versions.switchTo(next, held -> {});
        rig.append(new Deposited("a1", "1"));
        active.step(100);
        long before = rig.dataSource.statements();
        assertThat(retired.step(100)).isEqualTo(1);
        long withoutWaiting = rig.dataSource.statements() - before;
        rig.append(new Deposited("a1", "1"));

        assertThat(retired.step(100)).isZero();
        active.step(100);
        before = rig.dataSource.statements();
        assertThat(retired.step(100)).isEqualTo(1);

        assertThat(rig.dataSource.statements() - before).isEqualTo(withoutWaiting);
        assertThat(rig.rowsOf("tally__v1")).containsExactly("(Deposited,4,4)");
    }

    /** Both run here: the new one waits with the next event until the old one has found that it is ahead. */
    @Test
    void one_that_waits_is_woken_by_a_move_that_came_while_it_found_out_that_it_has_to_wait() throws Exception {
        var settings =
                new ProjectorSettings(100, 100, 100, Duration.ofMinutes(10), Duration.ofSeconds(1), Bounds.defaults());
        var holding = new AtomicBoolean();
        var isAhead = new CountDownLatch(1);
        var projector = rig.start(settings, Tallies.projection(Deposited.class, event -> {
            if (holding.get() && Thread.currentThread().getName().endsWith("-v2")) {
                await(isAhead);
            }
        }));
        rig.append(new Deposited("a1", "1"));
        rig.drain(projector, "tallies");
        assertThat(projector.rebuild("tallies").await(ProjectorRig.SOON)).isPresent();
        var retired = rig.readModels.versions().of("tallies").getFirst();
        rig.dataSource.onCommit(connection -> {
            connection.commit();
            if (holding.get() && Thread.currentThread().getName().endsWith("-v1") && isAhead.getCount() > 0) {
                isAhead.countDown();
                rig.drain(projector, "tallies");
            }
        });
        holding.set(true);

        var head = rig.append(new Deposited("a1", "1"));

        Waiting.until(
                () -> Optional.of(rig.readModels.checkpoints().position(retired))
                        .filter(head::equals),
                () -> projector.status().toString());
        closeIdle(projector);
    }

    /** Its runs would wait for long. */
    private void closeIdle(Projector projector) {
        var closing = Thread.ofPlatform().start(projector::close);
        Waiting.until(
                () -> {
                    rig.append(new Deposited("a1", "1"));
                    rig.readModels.checkpoints().moved();
                    return Optional.of(closing).filter(thread -> !thread.isAlive());
                },
                () -> projector.status().toString());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
