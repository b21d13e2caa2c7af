package dev.afterimage.cli.terminal;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Calls back at a steady pace until it is stopped; a test calls by hand instead. */
@FunctionalInterface
interface Ticker {
    Duration PACE = Duration.ofMillis(100);

    /** Returns what stops it. */
    Runnable start(Runnable tick);

    /** One daemon thread for each start, gone after the stop. */
    static Ticker daemon() {
        return tick -> {
            var timer = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("afterimage-screen").factory());
            var unused = timer.scheduleAtFixedRate(tick, 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
            return timer::shutdown;
        };
    }
}
