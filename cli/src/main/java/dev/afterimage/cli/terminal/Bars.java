package dev.afterimage.cli.terminal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Progress bars, one below the other: repainted ten times a second on a terminal; elsewhere each says a line at its
 * start, every five seconds and at its end. Closing leaves one last line for each.
 */
public final class Bars implements AutoCloseable {
    private static final long BETWEEN_LINES = Duration.ofSeconds(5).toNanos();

    private final Canvas canvas;
    private final Mode mode;
    private final LongSupplier clock;
    private final boolean closesWithItsBar;
    private final BarLines lines;
    private final List<Progress> bars = new ArrayList<>();
    private long lastLinesAt;
    private boolean closed;
    private final Runnable stopTicker;

    Bars(Canvas canvas, Mode mode, LongSupplier clock, Ticker ticker, boolean closesWithItsBar) {
        this.canvas = canvas;
        this.mode = mode;
        this.clock = clock;
        this.closesWithItsBar = closesWithItsBar;
        this.lines = new BarLines(mode);
        this.lastLinesAt = clock.getAsLong();
        this.stopTicker = ticker.start(this::tick);
    }

    /**
     * The bar's clock starts now.
     *
     * @param total 0 if nobody knows it
     */
    public synchronized Progress add(String title, long total, String unit) {
        if (closed) {
            throw new IllegalStateException("progress " + title + ": its bars are closed already");
        }
        var bar = new Progress(title, total, unit, clock, this::isOver);
        bars.add(bar);
        if (mode.live()) {
            paint();
        } else {
            canvas.keep(List.of(PlainLine.start(bar.snapshot())));
        }
        return bar;
    }

    /** Ends the bars that have not ended, as stopped early. */
    @Override
    public void close() {
        added().forEach(Progress::close);
        settle();
    }

    private synchronized List<Progress> added() {
        return List.copyOf(bars);
    }

    private void isOver(Progress bar) {
        show(bar);
        if (closesWithItsBar) {
            settle();
        }
    }

    private synchronized void show(Progress over) {
        if (mode.live()) {
            paint();
        } else {
            canvas.keep(List.of(PlainLine.end(over.snapshot())));
        }
    }

    private void settle() {
        stopTicker.run();
        leaveLastLines();
    }

    private synchronized void leaveLastLines() {
        if (!closed && mode.live()) {
            canvas.settle(this, lines.last(snapshots()));
        }
        closed = true;
    }

    private synchronized void tick() {
        if (mode.live()) {
            paint();
        } else if (!closed) {
            sayIfDue(snapshots());
        }
    }

    private synchronized void paint() {
        if (!closed) {
            canvas.repaint(this, lines.live(snapshots()));
        }
    }

    private void sayIfDue(List<Snapshot> snapshots) {
        var now = clock.getAsLong();
        if (now - lastLinesAt >= BETWEEN_LINES) {
            lastLinesAt = now;
            canvas.keep(snapshots.stream()
                    .filter(Snapshot::running)
                    .map(PlainLine::underway)
                    .toList());
        }
    }

    private List<Snapshot> snapshots() {
        return bars.stream().map(Progress::snapshot).toList();
    }
}
