package dev.afterimage.relay;

import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.relay.source.Slot;
import dev.afterimage.relay.source.SourceDatabase;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Once per interval looks at what the stream does not report, on a connection and a thread of its own: whether the
 * capture is as it was, whether the slot and the connection to it are alive. Then it sends a canary through the WAL,
 * which measures the lag and lets an idle outbox release WAL that other tables write.
 */
final class SlotWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final long PATIENCE_MILLIS = 500;

    private final SourceDatabase source;
    private final String slotName;
    private final Duration interval;
    private final RelayProgress progress;
    private final Vitals vitals;
    private final Consumer<String> end;
    private final ScheduledExecutorService ticker;

    /** @param end is called with the reason why the stream must not go on */
    SlotWatch(
            DatabaseAddress address,
            String slotName,
            Duration interval,
            RelayProgress progress,
            Vitals vitals,
            Consumer<String> end) {
        this.source = new SourceDatabase(address, "afterimage-relay-watch", LIMIT);
        this.slotName = slotName;
        this.interval = interval;
        this.progress = progress;
        this.vitals = vitals;
        this.end = end;
        this.ticker = Executors.newSingleThreadScheduledExecutor(task -> Thread.ofPlatform()
                .daemon()
                .name("afterimage-relay-watch-" + slotName)
                .unstarted(task));
    }

    void start() {
        var unused = ticker.scheduleWithFixedDelay(this::tick, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            look();
        } catch (DatabaseException e) {
            LOG.debug("slot {}: not watched this time ({})", slotName, e.getMessage());
            vitals.missed(e, System.nanoTime()).ifPresent(end);
        } catch (RuntimeException e) {
            LOG.warn("slot {}: the watch failed", slotName, e);
        }
    }

    /** The capture is looked at before the canary goes, which says that everything before it is complete. */
    private void look() {
        var problem = new CaptureCheck(source, slotName).check();
        if (problem.isPresent()) {
            end.accept(problem.get().message());
            return;
        }
        source.emit(canaryPrefix(slotName), progress.canarySent());
        source.slot(slotName).ifPresentOrElse(this::saw, () -> end.accept("it is gone"));
    }

    private void saw(Slot slot) {
        progress.sawSlot(slot.health());
        if (slot.health().isLost()) {
            end.accept("the server has removed WAL that it needs");
        }
        vitals.saw(slot, System.nanoTime()).ifPresentOrElse(end, progress::confirmed);
    }

    /** Messages with this prefix are ours. */
    static String canaryPrefix(String slot) {
        return slot + ".canary";
    }

    /** Does not wait for a server that does not answer; the connection is closed once it has. */
    @Override
    public void close() {
        ticker.execute(source::close);
        ticker.shutdown();
        try {
            if (!ticker.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("slot {}: the watch still waits for the server", slotName);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
