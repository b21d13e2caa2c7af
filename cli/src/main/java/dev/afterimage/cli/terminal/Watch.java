package dev.afterimage.cli.terminal;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks ten times a second on a thread of its own. */
public final class Watch implements AutoCloseable {

    private static final long EVERY_MILLIS = 100;

    private final Runnable look;
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("afterimage-watch").unstarted(task));

    public Watch(Runnable look) {
        this.look = look;
    }

    public void start() {
        var unused = ticker.scheduleWithFixedDelay(look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}
