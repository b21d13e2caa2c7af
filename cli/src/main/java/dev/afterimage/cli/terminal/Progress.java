package dev.afterimage.cli.terminal;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far a step has come: cheap to move from any thread, drawn by others. Closing it before {@link #done} says that
 * the step stopped early.
 */
public final class Progress implements AutoCloseable {
    private record End(Snapshot.State state, long nanos, String note) {}

    private final String title;
    private final String unit;
    private final LongSupplier clock;
    private final Consumer<Progress> whenOver;
    private final long startedAt;
    private final LongAdder moved = new LongAdder();
    private final RecentRate recentRate = new RecentRate();
    private volatile long total;
    private volatile @Nullable End end;

    Progress(String title, long total, String unit, LongSupplier clock, Consumer<Progress> whenOver) {
        this.title = Text.clean(title);
        this.total = total;
        this.unit = Text.clean(unit);
        this.clock = clock;
        this.whenOver = whenOver;
        this.startedAt = clock.getAsLong();
    }

    /** A contention-free addition. */
    public void advance(long by) {
        moved.add(by);
    }

    /** Never moves back: of two threads that report their position, the one further ahead wins. */
    public synchronized void to(long position) {
        moved.add(Math.max(0, position - moved.sum()));
    }

    /** For a total that becomes known, or grows, on the way. */
    public void total(long known) {
        total = known;
    }

    public void done() {
        done("");
    }

    /** The first end counts, later ones are ignored. */
    public void done(String note) {
        end(Snapshot.State.DONE, note);
    }

    public void failed(String note) {
        end(Snapshot.State.FAILED, note);
    }

    @Override
    public void close() {
        failed("stopped early");
    }

    private void end(Snapshot.State state, String note) {
        synchronized (this) {
            if (end != null) {
                return;
            }
            end = new End(state, clock.getAsLong(), Text.clean(note));
        }
        whenOver.accept(this);
    }

    /** Callers take turns: each one also is a sample of the recent rate. */
    Snapshot snapshot() {
        var over = end;
        var elapsed = Duration.ofNanos((over == null ? clock.getAsLong() : over.nanos) - startedAt);
        var count = moved.sum();
        var recent = recentRate.sample(Snapshot.seconds(elapsed), count);
        var state = over == null ? Snapshot.State.RUNNING : over.state;
        return new Snapshot(title, unit, count, total, recent, elapsed, state, over == null ? "" : over.note);
    }
}
