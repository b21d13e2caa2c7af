package dev.afterimage.cli.terminal;

import java.time.Duration;
import java.util.Optional;

/**
 * A progress at one moment: everything that a line about it says.
 *
 * @param total 0 if unknown
 * @param recent per second, in the last seconds
 */
record Snapshot(
        String title, String unit, long done, long total, double recent, Duration elapsed, State state, String note) {
    private static final Duration LONGEST_GUESS = Duration.ofHours(100);

    enum State {
        RUNNING,
        DONE,
        FAILED
    }

    boolean running() {
        return state == State.RUNNING;
    }

    boolean totalIsKnown() {
        return total > 0;
    }

    /** {@code 12,450 of 24,900}. */
    String amount() {
        return Figures.count(done) + (totalIsKnown() ? " of " + Figures.count(total) : "");
    }

    /** The same progress, had it come so far. */
    Snapshot at(long position) {
        return new Snapshot(title, unit, position, total, recent, elapsed, state, note);
    }

    /** From 0 to 1, and 1 only when nothing is left. */
    double fraction() {
        return Math.clamp((double) done / total, 0, 1);
    }

    /** Rounded down: 100 says that nothing is left. */
    int percent() {
        return (int) (done >= total ? 100 : Math.min(99, Math.floor(fraction() * 100)));
    }

    /** Per second, since the start. */
    double overall() {
        var seconds = seconds(elapsed);
        return seconds > 0 ? done / seconds : 0;
    }

    /** Empty while there is nothing to guess from. */
    Optional<Duration> left() {
        if (!running() || !totalIsKnown() || recent <= 0) {
            return Optional.empty();
        }
        var seconds = Math.max(0, total - done) / recent;
        return seconds < LONGEST_GUESS.toSeconds()
                ? Optional.of(Duration.ofMillis(Math.round(seconds * 1000)))
                : Optional.empty();
    }

    static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
