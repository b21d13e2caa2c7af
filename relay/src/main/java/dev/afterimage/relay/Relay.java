package dev.afterimage.relay;

import dev.afterimage.domain.RelayState;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.postgres.DatabaseAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries committed outbox rows into the log, in commit order, exactly once. Runs on a thread of its own until closed;
 * whatever fails, it looks again and reconnects with a new source. Where going on would lose events it refuses and says
 * so in its status, which it records in the log as well.
 */
public final class Relay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);

    private final RelayProgress progress;
    private final RelayLoop loop;
    private final StatusReports reports;
    private final Thread thread;

    /** @param sources makes a new source for each connection */
    public Relay(DatabaseAddress address, EventLog log, ChangeSource.Factory sources, RelaySettings settings) {
        this.progress = new RelayProgress(settings.canaryInterval());
        this.loop = new RelayLoop(address, log, sources, settings, progress);
        this.reports = new StatusReports(log, progress, loop::slot);
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("afterimage-relay-" + settings.slot().orElseGet(address::database))
                .unstarted(loop::run);
    }

    /** Starts the relay and returns at once; {@link #status()} tells how it goes. */
    public Relay start() {
        thread.start();
        reports.start();
        return this;
    }

    public RelayStatus status() {
        return progress.status();
    }

    /**
     * Waits for a state, such as {@link RelayState#STREAMING}.
     *
     * @return false after the time-out
     */
    public boolean await(RelayState state, Duration timeout) throws InterruptedException {
        return progress.await(state, timeout);
    }

    /** As {@link #close(Duration)} with 15 seconds. */
    @Override
    public void close() {
        close(CLOSE_LIMIT);
    }

    /**
     * Ends the stream and waits for it; what was appended is not lost and not repeated. A stream that hangs, for
     * instance because somebody locks the log, is left behind after the limit: what it holds is appended once or not at
     * all, and delivered again to the next relay.
     */
    public void close(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        loop.close();
        if (thread.getState() == Thread.State.NEW) {
            progress.move(RelayState.CLOSED, "");
            return;
        }
        try {
            if (!thread.join(limit)) {
                LOG.warn("the relay did not end within {} ms and is left behind", limit.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reports.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
}
