package dev.afterimage.relay;

import java.time.Duration;

/** Waits that double from a minimum to a cap, until a success starts them over. */
final class BackOff {

    private final Duration min;
    private final Duration max;
    private Duration next;

    BackOff(RelaySettings settings) {
        this.min = settings.minBackOff();
        this.max = settings.maxBackOff();
        this.next = min;
    }

    Duration next() {
        var wait = next;
        var doubled = next.multipliedBy(2);
        next = doubled.compareTo(max) > 0 ? max : doubled;
        return wait;
    }

    Duration longest() {
        return max;
    }

    void reset() {
        next = min;
    }
}
