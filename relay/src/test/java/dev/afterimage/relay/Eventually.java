package dev.afterimage.relay;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Looks again and again until something is so, for what PostgreSQL tells only to those who ask. */
final class Eventually {

    private static final long PAUSE_NANOS = 2_000_000;

    private Eventually() {}

    static void assertThatSoon(String what, Callable<Boolean> isSo) throws Exception {
        long deadline = System.nanoTime() + RelayRig.SOON.toNanos();
        while (!isSo.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not after %s: %s".formatted(RelayRig.SOON, what));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
