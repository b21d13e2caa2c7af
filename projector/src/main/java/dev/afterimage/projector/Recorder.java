package dev.afterimage.projector;

import dev.afterimage.postgres.Cause;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what everyone should know to the database, on a thread of its own: at once, and again until it succeeds. Who
 * has something to say does not wait for it.
 */
final class Recorder {

    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Map<String, Runnable> pending = new LinkedHashMap<>();
    private final Thread thread;
    private boolean closed;

    Recorder(String node) {
        this.thread =
                Thread.ofPlatform().daemon().name("afterimage-recorder-" + node).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** @param about the newest word about one thing replaces an older one that is not written yet */
    synchronized void write(String about, Runnable statement) {
        pending.remove(about);
        pending.put(about, statement);
        notifyAll();
    }

    /** Whether all that was reported of something is in the database. */
    synchronized boolean hasWritten(String about) {
        return !pending.containsKey(about);
    }

    private void run() {
        try {
            var failed = false;
            while (awaitWork(failed)) {
                failed = !writeAll();
            }
            writeAll();
        } catch (InterruptedException e) {
            LOG.debug("interrupted; what is not recorded is {}", pending.keySet());
        }
    }

    private synchronized boolean awaitWork(boolean failed) throws InterruptedException {
        var pauseEnds = System.nanoTime() + (failed ? PAUSE.toNanos() : 0);
        while (!closed && pauseEnds - System.nanoTime() > 0) {
            wait(1 + (pauseEnds - System.nanoTime()) / 1_000_000);
        }
        while (pending.isEmpty() && !closed) {
            wait();
        }
        return !closed;
    }

    private boolean writeAll() {
        var success = true;
        for (var each : next().entrySet()) {
            if (succeeds(each.getKey(), each.getValue())) {
                written(each.getKey(), each.getValue());
            } else {
                success = false;
            }
        }
        return success;
    }

    private synchronized Map<String, Runnable> next() {
        return new LinkedHashMap<>(pending);
    }

    /** Unless there is a newer word about it. */
    private synchronized void written(String about, Runnable statement) {
        pending.remove(about, statement);
    }

    private static boolean succeeds(String about, Runnable statement) {
        try {
            statement.run();
            return true;
        } catch (RuntimeException e) {
            LOG.warn("{}: its state could not be recorded and will be again ({})", about, Cause.describe(e));
            return false;
        }
    }

    /** Tries once more to write what is left. */
    void close(Deadline deadline) {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        deadline.join(thread);
    }
}
