package dev.afterimage.projector;

import dev.afterimage.readmodels.VersionReport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heartbeat of one projector: again and again it renews the leases of the versions that it runs, says how they are
 * doing, and looks which roles are free. It never waits for what runs and rebuilds do.
 */
final class Node implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration TIDY_EVERY = Duration.ofSeconds(5);
    private static final Duration LONGEST_BEAT = Duration.ofSeconds(2);

    private final Workplace workplace;
    private final List<ProjectionRoles> roles;
    private final Duration beat;
    private final Semaphore woken = new Semaphore(0);
    private final CountDownLatch settled = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private String problem = "";
    private long tidied = System.nanoTime();

    Node(Workplace workplace, List<ProjectionRoles> roles) {
        this.workplace = workplace;
        this.roles = roles;
        var idleLook = workplace.settings().idleLook();
        this.beat = idleLook.compareTo(LONGEST_BEAT) < 0 ? idleLook : LONGEST_BEAT;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("afterimage-node-" + workplace.node())
                .unstarted(this::run);
    }

    /** A name for a node that no other has had. */
    static String newName() {
        var random = ThreadLocalRandom.current().nextInt(0x1000, 0x10000);
        return "%s-%d-%s"
                .formatted(hostName(), ProcessHandle.current().pid(), Integer.toHexString(random))
                .toLowerCase(Locale.ROOT);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }

    void start() {
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
        while (closing.getCount() > 0) {
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
        workplace.recorder().retry();
        renew();
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
        var reason = Reason.of(failure);
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
            closing.countDown();
        }
    }

    /**
     * Ends every run after its batch at hand, cancels every rebuild, and gives every version to other nodes at once.
     */
    @Override
    public void close() {
        var ending = roles.stream().flatMap(role -> role.end().stream()).toList();
        for (var each : ending) {
            try {
                each.close();
            } catch (Exception e) {
                LOG.warn("{}: closing failed", workplace.node(), e);
            }
        }
        closing.countDown();
        wake();
        join();
        release();
    }

    private void join() {
        try {
            if (thread.isAlive()) {
                thread.join(Duration.ofSeconds(10));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void release() {
        try {
            workplace.recorder().retry();
            workplace.leases().releaseAll(workplace.node());
        } catch (RuntimeException e) {
            LOG.warn(
                    "{}: its versions could not be given to other nodes, which take over when its leases end ({})",
                    workplace.node(),
                    Reason.of(e));
        }
    }
}
