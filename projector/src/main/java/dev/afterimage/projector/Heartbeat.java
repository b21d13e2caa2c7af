package dev.afterimage.projector;

import dev.afterimage.postgres.Cause;
import dev.afterimage.postgres.MigrationException;
import dev.afterimage.readmodels.VersionReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heartbeat of one projector: again and again it renews the leases of the versions that it runs, says how they are
 * doing, and looks which roles are free. It waits for nothing that runs and rebuilds do, write or read.
 */
final class Heartbeat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final Duration TIDY_EVERY = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);
    private static final Duration LONGEST_BEAT = Duration.ofSeconds(2);

    private final Workplace workplace;
    private final List<ProjectionRoles> roles;
    private final Duration beat;
    private final Semaphore woken = new Semaphore(0);
    private final CountDownLatch settled = new CountDownLatch(1);
    private final Closing closing = new Closing();
    private final Thread thread;
    private String problem = "";
    private long tidied = System.nanoTime();

    Heartbeat(Workplace workplace, List<ProjectionRoles> roles) {
        this.workplace = workplace;
        this.roles = roles;
        var idleLook = workplace.settings().idleLook();
        this.beat = idleLook.compareTo(LONGEST_BEAT) < 0 ? idleLook : LONGEST_BEAT;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("afterimage-node-" + workplace.node())
                .unstarted(this::run);
    }

    void start() {
        workplace.recorder().start();
        thread.start();
    }

    /** Waits until every projection has found its role, or for so long. */
    void awaitSettled(Duration timeout) {
        try {
            if (!settled.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.info("{}: some projections have not found their roles yet", workplace.node());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks at once. */
    void wake() {
        woken.release();
    }

    private void run() {
        while (!closing.hasBegun()) {
            try {
                beat();
                problem = "";
            } catch (RuntimeException | Error e) {
                say(e);
            }
            pause();
        }
    }

    private void beat() {
        if (!isFit()) {
            return;
        }
        renew();
        roles.forEach(ProjectionRoles::beginLook);
        var views = workplace
                .versions()
                .look(roles.stream().map(ProjectionRoles::name).toList());
        for (var role : roles) {
            var view = views.get(role.name());
            if (view != null) {
                role.look(view);
            }
        }
        tidyNowAndThen();
        if (roles.stream().allMatch(ProjectionRoles::isSettled)) {
            settled.countDown();
        }
    }

    /** Nothing is folded on tables that do not fit. */
    private boolean isFit() {
        try {
            workplace.fitness().require();
            return true;
        } catch (MigrationException e) {
            roles.forEach(role -> role.unfit(String.valueOf(e.getMessage())));
            say(e);
            return false;
        }
    }

    private void tidyNowAndThen() {
        if (System.nanoTime() - tidied > TIDY_EVERY.toNanos()) {
            tidied = System.nanoTime();
            workplace.versions().dropSuperseded();
        }
    }

    private void renew() {
        List<VersionReport> reports =
                roles.stream().flatMap(role -> role.reports().stream()).toList();
        for (var lost : workplace.leases().renew(workplace.node(), reports)) {
            LOG.info("{}: another node has taken over", lost);
            roles.stream().filter(role -> role.name().equals(lost.projection())).forEach(role -> role.lost(lost));
        }
    }

    private void say(Throwable failure) {
        var reason = Cause.describe(failure);
        if (!reason.equals(problem)) {
            LOG.warn("{}: cannot look at its projections and will again ({})", workplace.node(), reason);
            LOG.debug("{}: what failed", workplace.node(), failure);
            problem = reason;
        }
        settled.countDown();
    }

    private void pause() {
        try {
            if (woken.tryAcquire(beat.toMillis(), TimeUnit.MILLISECONDS)) {
                woken.drainPermits();
            }
        } catch (InterruptedException e) {
            closing.begin();
        }
    }

    /**
     * Ends every run after its current batch and every rebuild after its current handler or statement, and gives every
     * version to other nodes at once. Waits up to 30 seconds for all of them together.
     */
    @Override
    public void close() {
        var deadline = Deadline.in(CLOSE_LIMIT);
        roles.stream().flatMap(role -> role.end().stream()).toList().forEach(deadline::join);
        closing.begin();
        wake();
        deadline.join(thread);
        workplace.recorder().close(deadline);
        release();
    }

    private void release() {
        try {
            workplace.leases().releaseAll(workplace.node());
        } catch (RuntimeException e) {
            LOG.warn(
                    "{}: its versions could not be given to other nodes, which take over when its leases end ({})",
                    workplace.node(),
                    Cause.describe(e));
        }
    }
}
