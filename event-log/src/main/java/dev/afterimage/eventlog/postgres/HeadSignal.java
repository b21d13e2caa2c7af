package dev.afterimage.eventlog.postgres;

import dev.afterimage.domain.Position;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The head as this process last saw it, and those who wait for it to rise. It may be seen to fall, when events were
 * removed: of two looks at the log, the one that began later counts.
 */
final class HeadSignal {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Position head = Position.ZERO;
    private long begun;
    private long seenBy;
    private boolean closed;

    /** To be called before the head is read, and its result passed on with what was read. */
    long beginLook() {
        lock.lock();
        try {
            return ++begun;
        } finally {
            lock.unlock();
        }
    }

    void seen(long look, Position at) {
        lock.lock();
        try {
            if (look > seenBy) {
                seenBy = look;
                head = at;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How often the log has doubled. */
    int doublings() {
        lock.lock();
        try {
            return Long.SIZE - Long.numberOfLeadingZeros(head.value());
        } finally {
            lock.unlock();
        }
    }

    /** Whether the log was seen to end here when it was last looked at. */
    boolean isKnown(String position) {
        lock.lock();
        try {
            return head.toString().equals(position);
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
                left = changed.awaitNanos(left);
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
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
