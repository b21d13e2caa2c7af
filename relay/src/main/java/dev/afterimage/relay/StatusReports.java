package dev.afterimage.relay;

import dev.afterimage.domain.RelayState;
import dev.afterimage.eventlog.EventLog;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records the relay's state in the log every second, so that whoever can read the database can read it. */
final class StatusReports {

    private static final Logger LOG = LoggerFactory.getLogger(StatusReports.class);
    private static final String PROCESS = ManagementFactory.getRuntimeMXBean().getName();

    private final String node =
            "%s %08x".formatted(PROCESS, ThreadLocalRandom.current().nextInt());
    private final EventLog log;
    private final RelayProgress progress;
    private final Supplier<@Nullable String> slot;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("afterimage-relay-status").unstarted(task));

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
            log.sources().report(name, status.state(), status.message(), node);
        } catch (RuntimeException e) {
            LOG.debug("slot {}: the state was not recorded ({})", name, e.getMessage());
        }
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
