package dev.afterimage.cli.demo;

import dev.afterimage.cli.terminal.Figures;
import dev.afterimage.cli.terminal.Progress;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.cli.terminal.Watch;
import dev.afterimage.examples.northwind.Northwind;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.projector.Rebuild;
import dev.afterimage.projector.RebuildResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every read model is rebuilt from offset zero beside the live one; a bar for each. */
final class RebuildStep {

    private static final Duration TOO_LONG = Duration.ofHours(2);

    private final Screen screen;
    private final Pipeline pipeline;

    RebuildStep(Screen screen, Pipeline pipeline) {
        this.screen = screen;
        this.pipeline = pipeline;
    }

    List<RebuildResult> run() throws InterruptedException {
        screen.heading("Every read model is rebuilt from offset zero, beside the live one");
        long started = System.nanoTime();
        var results = new ArrayList<RebuildResult>();
        try (var bars = screen.bars()) {
            var rebuilds = new LinkedHashMap<Rebuild, Progress>();
            for (var projection : Northwind.projections()) {
                var rebuild = pipeline.projector().rebuild(projection.name());
                var bar = bars.add(
                        "rebuild " + projection.name(),
                        rebuild.progress().target().value(),
                        "events");
                rebuilds.put(rebuild, bar);
            }
            try (var watch = new Watch(() -> look(rebuilds))) {
                watch.start();
                for (var rebuild : rebuilds.entrySet()) {
                    results.add(finish(rebuild.getKey(), rebuild.getValue()));
                }
            }
        }
        say(results, Duration.ofNanos(System.nanoTime() - started));
        return results;
    }

    private static void look(Map<Rebuild, Progress> rebuilds) {
        rebuilds.forEach((rebuild, bar) -> bar.to(rebuild.progress().position().value()));
    }

    private static RebuildResult finish(Rebuild rebuild, Progress bar) throws InterruptedException {
        var result = rebuild.await(TOO_LONG)
                .orElseThrow(() -> new IllegalStateException("rebuild of %s is at %s after %s"
                        .formatted(rebuild.projection(), rebuild.progress(), TOO_LONG)));
        bar.to(result.events());
        bar.done("switched to " + result.version());
        return result;
    }

    private void say(List<RebuildResult> results, Duration took) {
        long events = results.stream().mapToLong(RebuildResult::events).max().orElse(0);
        screen.note("%s events folded into %d read models in %s: %s"
                .formatted(
                        Figures.count(events),
                        results.size(),
                        Figures.duration(took),
                        Figures.perSecond(events * 1e9 / took.toNanos())));
        for (var result : results) {
            result.comparison()
                    .ifPresentOrElse(
                            comparison -> comparison.tables().forEach(table -> {
                                var text = "%s: live and rebuilt at position %s have %s and %s rows, %s"
                                        .formatted(
                                                table.table(),
                                                comparison.at(),
                                                Figures.count(table.activeRows()),
                                                Figures.count(table.otherRows()),
                                                table.equal() ? "all equal" : "and they differ");
                                if (table.equal()) {
                                    screen.good(text);
                                } else {
                                    screen.bad(text);
                                }
                            }),
                            () -> screen.bad(result.version() + " could not be compared with the live one"));
        }
    }
}
