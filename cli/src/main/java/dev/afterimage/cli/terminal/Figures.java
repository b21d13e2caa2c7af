package dev.afterimage.cli.terminal;

import java.time.Duration;
import java.util.Locale;

/** Counts, rates and times the way every command prints them, whatever the reader's locale. */
public final class Figures {
    private Figures() {}

    /** {@code 24,900}. */
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 8,312/s}; below ten with one decimal: {@code 0.4/s}. */
    public static String perSecond(double rate) {
        var few = rate > 0 && rate < 9.95;
        return String.format(Locale.ROOT, few ? "%,.1f/s" : "%,.0f/s", rate);
    }

    /** {@code 3.0 s}, {@code 2 min 05 s}, {@code 1 h 04 min}. */
    public static String duration(Duration time) {
        var tenths = Math.round(time.toMillis() / 100.0);
        return tenths < 600 ? String.format(Locale.ROOT, "%d.%d s", tenths / 10, tenths % 10) : whole(tenths / 10);
    }

    /** As {@link #duration}, without tenths of a second: for estimates. */
    static String roughly(Duration time) {
        return whole(Math.round(time.toMillis() / 1000.0));
    }

    private static String whole(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600 ? pair(seconds / 60, "min", seconds % 60, "s") : hours(seconds / 60);
    }

    private static String hours(long minutes) {
        return pair(minutes / 60, "h", minutes % 60, "min");
    }

    private static String pair(long large, String unit, long small, String smallUnit) {
        return String.format(Locale.ROOT, "%d %s %02d %s", large, unit, small, smallUnit);
    }
}
