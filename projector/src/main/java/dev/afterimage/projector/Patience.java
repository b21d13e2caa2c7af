package dev.afterimage.projector;

import dev.afterimage.postgres.Cause;
import dev.afterimage.postgres.SqlStates;
import dev.afterimage.projector.step.ProjectionStep;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries again after a passing failure, such as a lost connection: it must not end what may have taken hours. */
final class Patience {

    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

    private final String what;
    private final Closing cancelled;
    private final BatchSize batch;
    private final Duration longest;
    private volatile String problem = "";

    /**
     * @param what is tried, for the log
     * @param batch made smaller if an attempt took long or lacked memory
     * @param longest pause between two attempts
     */
    Patience(String what, Closing cancelled, BatchSize batch, Duration longest) {
        this.what = what;
        this.cancelled = cancelled;
        this.batch = batch;
        this.longest = longest;
    }

    /** Why the last attempt failed; empty after one that succeeded. */
    String problem() {
        return problem;
    }

    void with(ProjectionStep current, Runnable attempt) {
        with(current, () -> {
            attempt.run();
            return true;
        });
    }

    /** Where the version is, which a failed attempt left open, is asked for first. */
    <T> T with(ProjectionStep current, Supplier<T> attempt) {
        return with(() -> {
            if (!problem.isEmpty()) {
                current.recover();
            }
            return attempt.get();
        });
    }

    <T> T with(Supplier<T> attempt) {
        var backOff = new BackOff(longest);
        while (true) {
            var begun = System.nanoTime();
            try {
                var done = attempt.get();
                problem = "";
                return done;
            } catch (RuntimeException e) {
                if (!SqlStates.isTransient(e)) {
                    throw e;
                }
                batch.failedAround(e, Duration.ofNanos(System.nanoTime() - begun));
                problem = Cause.describe(e);
            }
            var wait = backOff.next();
            LOG.warn("{}: {}; trying again in {} ms", what, problem, wait.toMillis());
            if (cancelled.await(wait)) {
                throw new IllegalStateException("cancelled after " + problem);
            }
        }
    }
}
