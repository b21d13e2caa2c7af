package dev.afterimage.cli.demo;

import dev.afterimage.cli.terminal.Bars;
import dev.afterimage.cli.terminal.Progress;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.cli.terminal.Watch;
import dev.afterimage.domain.Position;
import dev.afterimage.examples.northwind.Northwind;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.examples.northwind.history.NorthwindData;
import dev.afterimage.examples.northwind.history.NorthwindWorkload;
import dev.afterimage.examples.northwind.orders.OrderService;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The service writes while relay and projections run; a bar for each of them. */
final class LiveStep {

    private static final Duration TOO_LONG = Duration.ofMinutes(30);
    private static final long PAUSE_NANOS = 10_000_000;

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
                awaitFolded(new Position(total));
            }
            look(captured, folded);
            captured.done();
            folded.values().forEach(Progress::done);
        }
    }

    private Map<String, Progress> projections(Bars bars, long total) {
        var folded = new LinkedHashMap<String, Progress>();
        for (var projection : Northwind.projections()) {
            folded.put(projection.name(), bars.add("folded into " + projection.name(), total, "events"));
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

    /** A first version becomes visible when it has caught up. */
    private void awaitFolded(Position last) throws InterruptedException {
        var readModels = pipeline.readModels();
        long deadline = System.nanoTime() + TOO_LONG.toNanos();
        for (var projection : Northwind.projections()) {
            var version = readModels.versions().active(projection.name());
            while (version.isEmpty() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(PAUSE_NANOS);
                version = readModels.versions().active(projection.name());
            }
            if (version.isEmpty() || !readModels.checkpoints().await(version.get(), last, TOO_LONG)) {
                throw new IllegalStateException("%s does not reach event %s: relay %s; projections %s"
                        .formatted(
                                projection,
                                last,
                                pipeline.relay().status(),
                                pipeline.projector().status()));
            }
        }
    }
}
