package dev.afterimage.cli.terminal;

/**
 * A rate that forgets: a moving average in which a second weighs about a third of one that came three seconds later.
 * Right after the start it is the overall rate. Not thread-safe.
 */
final class RecentRate {
    private static final double MEMORY_SECONDS = 3;

    private double decayed;
    private double weight;
    private double lastSeconds;
    private long lastCount;

    /** The rate per second after so many seconds and so many things in all. */
    double sample(double seconds, long count) {
        var passed = seconds - lastSeconds;
        if (passed > 0) {
            var kept = Math.exp(-passed / MEMORY_SECONDS);
            decayed = decayed * kept + (count - lastCount) / passed * (1 - kept);
            weight = weight * kept + (1 - kept);
            lastSeconds = seconds;
            lastCount = count;
        }
        return weight == 0 ? 0 : decayed / weight;
    }
}
