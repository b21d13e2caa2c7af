package dev.afterimage.cli;

import dev.afterimage.cli.terminal.Bars;
import dev.afterimage.cli.terminal.Figures;
import dev.afterimage.cli.terminal.Progress;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.examples.northwind.history.NorthwindData;
import dev.afterimage.examples.northwind.history.NorthwindWorkload;
import dev.afterimage.examples.northwind.orders.OrderService;
import dev.afterimage.projector.ProjectionStatus;
import dev.afterimage.projector.RunState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The service writes while relay and projections run; a bar for each of them. */
final class LiveStep {

    private static final Duration STALLED = Duration.ofMinutes(2);

    private final Screen screen;
    private final Pipeline pipeline;
    private final NorthwindData data;
    private final int scale;
    private final int writers;

    LiveStep(Screen screen, Pipeline pipeline, NorthwindData data, int scale, int writers) {
        this.screen = screen;
        this.pipeline = pipeline;
        this.data = data;
        this.scale = scale;
        this.writers = writers;
    }

    /** Returns when every event is in every read model. */
    void run(OrderService service) throws InterruptedException {
        screen.heading("The service writes, the relay captures, the projections fold (%d writers)".formatted(writers));
        long total = data.events(scale);
        try (var bars = screen.bars()) {
            var written = bars.add("written by the service", total, "events");
            var captured = bars.add("captured into the log", total, "events");
            var folded = projections(bars, total);
            try (var watch = new Watch(() -> look(captured, folded))) {
                watch.start();
                new NorthwindWorkload(data).run(service, scale, writers, written::advance);
                written.done();
                awaitFolded(total);
            }
            look(captured, folded);
            captured.done();
            folded.values().forEach(Progress::done);
        }
    }

    private Map<String, Progress> projections(Bars bars, long total) {
        var folded = new LinkedHashMap<String, Progress>();
        for (var status : pipeline.projector().status()) {
            folded.put(
                    status.version().projection(),
                    bars.add("folded into " + status.version().projection(), total, "events"));
        }
        return folded;
    }

    private void look(Progress captured, Map<String, Progress> folded) {
        captured.to(pipeline.relay().status().lastPosition().value());
        for (var status : pipeline.projector().status()) {
            var bar = folded.get(status.version().projection());
            if (bar != null) {
                bar.to(status.position().value());
            }
        }
    }

    /** Everything is visible when every active version has reached the last event. */
    private void awaitFolded(long total) throws InterruptedException {
        long seen = -1;
        long since = System.nanoTime();
        while (true) {
            var statuses = pipeline.projector().status();
            statuses.forEach(LiveStep::requireMoving);
            long lowest = statuses.stream()
                    .mapToLong(status -> status.position().value())
                    .min()
                    .orElse(0);
            if (lowest >= total) {
                return;
            }
            if (lowest > seen) {
                seen = lowest;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > STALLED.toNanos()) {
                throw new IllegalStateException("nothing moved for %s: the slowest read model is at %s of %s events; %s"
                        .formatted(
                                Figures.duration(STALLED),
                                seen,
                                total,
                                pipeline.relay().status()));
            }
            pause();
        }
    }

    private static void requireMoving(ProjectionStatus status) {
        if (status.state() == RunState.STOPPED || status.state() == RunState.FENCED) {
            throw new IllegalStateException(status.message());
        }
    }

    private static void pause() throws InterruptedException {
        var never = new CountDownLatch(1);
        if (never.await(5, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("nobody counts this latch down");
        }
    }
}
