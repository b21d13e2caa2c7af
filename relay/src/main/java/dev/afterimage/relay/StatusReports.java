package dev.afterimage.relay;

import dev.afterimage.domain.SourceProgress;
import dev.afterimage.eventlog.EventLog;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the relay's state in the log every second, so that whoever can read the database can read it. A relay that
 * does not feed the log speaks up only while none is heard that does.
 */
final class StatusReports {

    private static final Logger LOG = LoggerFactory.getLogger(StatusReports.class);
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final String NODE = ManagementFactory.getRuntimeMXBean().getName();

    private final EventLog log;
    private final RelayProgress progress;
    private final Supplier<@Nullable String> slot;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("afterimage-relay-status").unstarted(task));
    private boolean isFeeding;
    private Optional<Instant> lastSeen = Optional.empty();
    private long heardAt = System.nanoTime() - SILENCE.toNanos() - 1;

    StatusReports(EventLog log, RelayProgress progress, Supplier<@Nullable String> slot) {
        this.log = log;
        this.progress = progress;
        this.slot = slot;
    }

    void start() {
        var unused = ticker.scheduleWithFixedDelay(this::report, 0, 1, TimeUnit.SECONDS);
    }

    private void report() {
        var name = slot.get();
        var status = progress.status();
        if (name == null || status.state() == RelayState.NEW || status.state() == RelayState.CHECKING) {
            return;
        }
        try {
            if (speaksUp(name, status.state())) {
                log.sources().report(name, status.state().name(), status.message(), NODE);
                lastSeen = seen(name);
            }
        } catch (RuntimeException e) {
            LOG.debug("slot {}: the state was not recorded ({})", name, e.getMessage());
        }
    }

    private boolean speaksUp(String name, RelayState state) {
        boolean fed = isFeeding;
        isFeeding = state == RelayState.STREAMING || (isFeeding && state != RelayState.STANDBY);
        return isFeeding || fed || isSilent(name);
    }

    /** Nobody but us has reported for a while, by our own clock, which need not be the database's. */
    private boolean isSilent(String name) {
        var seen = seen(name);
        long now = System.nanoTime();
        if (!seen.equals(lastSeen)) {
            lastSeen = seen;
            heardAt = now;
        }
        return seen.isEmpty() || now - heardAt > SILENCE.toNanos();
    }

    private Optional<Instant> seen(String name) {
        return log.whole().sources().stream()
                .filter(source -> source.source().equals(name))
                .filter(source -> !source.state().equals(SourceProgress.UNKNOWN))
                .map(SourceProgress::seenAt)
                .findFirst();
    }

    /** Records how it ended, if the log answers in time. */
    void close(Duration limit) {
        if (ticker.isShutdown()) {
            return;
        }
        ticker.execute(this::report);
        ticker.shutdown();
        try {
            if (!ticker.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                ticker.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
