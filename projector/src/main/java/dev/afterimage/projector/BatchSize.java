package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.projector.fold.BatchFailedException;
import dev.afterimage.projector.fold.EventFailedException;
import java.time.Duration;

/** How many events to fold at once: as many as allowed, fewer while the one that cannot be folded is looked for. */
final class BatchSize {

    private static final Duration LONG = Duration.ofSeconds(5);

    private final int most;
    private int next;

    BatchSize(int most) {
        this.most = most;
        this.next = most;
    }

    int next() {
        return next;
    }

    void succeeded() {
        next = Math.min(most, 2 * next);
    }

    /** After a batch that failed as a whole: half of it tells more. */
    void halve(BatchFailedException failure) {
        next = Math.max(1, failure.events() / 2);
    }

    /**
     * After a failure that has nothing to do with events: less at once needs less memory and time, if it lacked any.
     *
     * @param took how long the attempt took
     */
    void failedAround(Throwable failure, Duration took) {
        var isTooMuch = failure instanceof OutOfMemoryError || took.compareTo(LONG) > 0;
        next = isTooMuch ? Math.max(1, next / 2) : next;
    }

    /**
     * Whether the failing event is the very next one. If not, what lies before it comes first, and may fail as well.
     */
    boolean isNext(EventFailedException failure, Position at) {
        long before = at.eventsTo(failure.position()) - 1;
        next = Math.clamp(before, 1, most);
        return before == 0;
    }
}
