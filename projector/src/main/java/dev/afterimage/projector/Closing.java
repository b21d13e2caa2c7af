package dev.afterimage.projector;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Begins once, for good: a thread sees it between two pieces of work, and wakes up from a pause. */
final class Closing {

    private final CountDownLatch latch = new CountDownLatch(1);

    void begin() {
        latch.countDown();
    }

    boolean hasBegun() {
        return latch.getCount() == 0;
    }

    /**
     * Waits until it begins, or for so long. An interrupt begins it.
     *
     * @return whether it has begun
     */
    boolean await(Duration longest) {
        try {
            return latch.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            begin();
            return true;
        }
    }
}
