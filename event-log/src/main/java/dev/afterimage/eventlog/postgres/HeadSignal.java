package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.Position;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The highest head this process has heard of, and those who wait for it to rise. */
final class HeadSignal {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition raised = lock.newCondition();
    private Position head = Position.ZERO;
    private boolean closed;

    void raise(Position to) {
        lock.lock();
        try {
            if (head.isBefore(to)) {
                head = to;
                raised.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the head passed {@code after} before the time-out; false at once when closed. */
    boolean await(Position after, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (!after.isBefore(head) && left > 0 && !closed) {
                left = raised.awaitNanos(left);
            }
            return after.isBefore(head);
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            raised.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
