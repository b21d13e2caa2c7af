package dev.afterimage.relay;

import dev.afterimage.eventlog.EventLog;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.Readiness.Held;
import dev.afterimage.relay.Readiness.Ready;
import dev.afterimage.relay.Readiness.Refused;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries committed outbox rows into the log, in commit order, exactly once. Runs on a thread of its own until closed;
 * whatever fails, it looks again and reconnects with a new source. Where going on would lose events it refuses and says
 * so in its status.
 */
public final class Relay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final DatabaseAddress address;
    private final EventLog log;
    private final ChangeSource.Factory sources;
    private final RelaySettings settings;
    private final RelayProgress progress = new RelayProgress();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable RelaySession session;
    private @Nullable Refused lastRefusal;

    /** @param sources makes a new source for each connection */
    public Relay(DatabaseAddress address, EventLog log, ChangeSource.Factory sources, RelaySettings settings) {
        this.address = address;
        this.log = log;
        this.sources = sources;
        this.settings = settings;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("afterimage-relay-" + settings.slot())
                .unstarted(this::run);
    }

    /** Starts the relay and returns at once; {@link #status()} tells how it goes. */
    public Relay start() {
        thread.start();
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

    private void run() {
        var backOff = new BackOff(settings);
        while (!isClosing()) {
            var pause = runOnce(backOff);
            awaitClosing(pause);
        }
        progress.move(RelayState.CLOSED, "");
    }

    /** One look and, if the slot is ready, one session. Returns how long to wait before the next. */
    private Duration runOnce(BackOff backOff) {
        try {
            progress.move(RelayState.CHECKING, "");
            return switch (new Preflight(new SourceDatabase(address), log.sources(), settings.slot()).check()) {
                case Ready() -> streamed(backOff);
                case Held held -> standBy(held);
                case Refused refused -> refuse(refused, backOff);
            };
        } catch (RuntimeException e) {
            return backOffBecause(e, backOff);
        }
    }

    private Duration streamed(BackOff backOff) {
        var current = new RelaySession(sources.open(), log, address, settings, progress);
        session = current;
        try {
            if (!isClosing()) {
                long before = progress.status().events();
                try {
                    current.run();
                } finally {
                    if (progress.status().events() > before) {
                        backOff.reset();
                    }
                }
            }
        } finally {
            session = null;
            current.close();
        }
        return Duration.ZERO;
    }

    private Duration standBy(Held held) {
        progress.move(
                RelayState.STANDBY,
                "replication slot %s is held by pid %d: another relay is running; this one takes over when it ends"
                        .formatted(settings.slot(), held.pid()));
        return settings.minBackOff();
    }

    private Duration refuse(Refused refused, BackOff backOff) {
        if (!refused.equals(lastRefusal)) {
            lastRefusal = refused;
            LOG.error("slot {}: refused to start ({}): {}", settings.slot(), refused.reason(), refused.message());
        }
        progress.refuse(refused);
        return backOff.longest();
    }

    private Duration backOffBecause(RuntimeException failure, BackOff backOff) {
        var wait = backOff.next();
        if (!isClosing()) {
            progress.move(
                    RelayState.BACKING_OFF,
                    "%s; trying again in %d ms".formatted(failure.getMessage(), wait.toMillis()));
            LOG.warn("slot {}: {}; trying again in {} ms", settings.slot(), failure.getMessage(), wait.toMillis());
            LOG.debug("slot {}: what failed", settings.slot(), failure);
        }
        return wait;
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void awaitClosing(Duration pause) {
        try {
            if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("slot {}: closing", settings.slot());
            }
        } catch (InterruptedException e) {
            closing.countDown();
        }
    }

    /** Ends the stream and waits up to 30 seconds for it; what was appended is not lost and not repeated. */
    @Override
    public void close() {
        closing.countDown();
        var current = session;
        if (current != null) {
            current.close();
        }
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
