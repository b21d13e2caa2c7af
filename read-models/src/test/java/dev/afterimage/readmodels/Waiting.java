package dev.afterimage.readmodels;

import java.time.Duration;
import org.jooq.DSLContext;

/** Waits for what only the server knows. */
final class Waiting {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private Waiting() {}

    /** Returns when so many sessions of this database wait for a lock of another one. */
    static void forLock(DSLContext sql, int sessions) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (blocked(sql) < sessions) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "%d sessions wait for a lock after %s, expected %d".formatted(blocked(sql), LIMIT, sessions));
            }
            Thread.onSpinWait();
        }
    }

    private static int blocked(DSLContext sql) {
        return Single.value(sql.resultQuery("""
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"""), Integer.class);
    }
}
