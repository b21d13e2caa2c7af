package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.EventLog;
import dev.afterimage.eventlog.Events;
import dev.afterimage.eventlog.ReadLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Reads the whole log again and again, and remembers what it looked like in each generation. */
final class Readers implements AutoCloseable {

    private static final Duration SOON = Duration.ofMinutes(2);

    private final EventLog log;
    private final Map<Long, Set<List<String>>> seen = new HashMap<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);
    private volatile boolean closing;

    Readers(EventLog log) {
        this.log = log;
    }

    /** Returns when the log was read for the first time. */
    void start() {
        thread.start();
        awaitGeneration(0);
    }

    private void run() {
        try {
            while (!closing) {
                var slice = log.whole().readAfter(Position.ZERO, ReadLimits.defaults());
                synchronized (seen) {
                    seen.computeIfAbsent(slice.generation(), generation -> new LinkedHashSet<>())
                            .add(Events.payloads(slice.events()));
                    seen.notifyAll();
                }
            }
        } catch (RuntimeException | Error e) {
            failure.set(e);
        }
    }

    void awaitGeneration(long generation) {
        long deadline = System.nanoTime() + SOON.toNanos();
        synchronized (seen) {
            while (!seen.containsKey(generation)) {
                if (failure.get() != null || System.nanoTime() - deadline > 0) {
                    throw new AssertionError("generation %d was not read".formatted(generation), failure.get());
                }
                try {
                    seen.wait(50);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    /** Every state that was read, by generation. */
    Map<Long, List<List<String>>> seen() {
        var copy = new HashMap<Long, List<List<String>>>();
        synchronized (seen) {
            seen.forEach((generation, states) -> copy.put(generation, List.copyOf(states)));
        }
        return copy;
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join(SOON);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }
}
