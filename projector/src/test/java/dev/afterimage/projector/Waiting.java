package dev.afterimage.projector;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jooq.DSLContext;

/** Waits for what the product has no await for, always with a deadline. */
final class Waiting {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private Waiting() {}

    /** Returns what {@code look} finds as soon as it finds something. */
    static <T> T until(Supplier<Optional<T>> look, Supplier<String> failure) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        var found = look.get();
        while (found.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("after %s: %s".formatted(LIMIT, failure.get()));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            found = look.get();
        }
        return found.get();
    }

    /** Returns when a session of this database waits for a lock of another one. */
    static void forLock(DSLContext sql) {
        until(() -> isSomebodyBlocked(sql) ? Optional.of(true) : Optional.empty(), () -> "nobody waits for a lock");
    }

    private static boolean isSomebodyBlocked(DSLContext sql) {
        var blocked = sql.resultQuery("""
                        SELECT pid FROM pg_stat_activity
                        WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0""").fetch();
        return blocked.isNotEmpty();
    }
}
