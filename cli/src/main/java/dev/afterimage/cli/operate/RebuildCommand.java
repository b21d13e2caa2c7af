package dev.afterimage.cli.operate;

import dev.afterimage.cli.database.DatabaseOptions;
import dev.afterimage.cli.terminal.Figures;
import dev.afterimage.cli.terminal.Progress;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.postgres.Pause;
import dev.afterimage.readmodels.ProjectionView;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.readmodels.VersionPhase;
import dev.afterimage.readmodels.VersionView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks the node that runs a projection to rebuild it. */
@Command(
        name = "rebuild",
        mixinStandardHelpOptions = true,
        description =
                "Asks the node that runs a projection to rebuild its read model from offset zero, beside the live one, "
                        + "and waits for it.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:rebuilt; with --no-wait: asked for",
            "1:the rebuild failed, or no node has taken it",
            "2:the command line is wrong"
        })
public final class RebuildCommand implements Callable<Integer> {

    private static final Duration TAKEN = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(200);

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Mixin
    private Answer answer = new Answer();

    @Parameters(index = "0", paramLabel = "NAME", description = "The projection.")
    private String name = "";

    @Option(names = "--no-wait", description = "Only ask; ./afterimage status tells how it goes.")
    private boolean noWait;

    @Override
    public Integer call() {
        try (var open = database.open();
                var log = PostgresEventLog.open(open.requireInitialised().dataSource())) {
            var readModels = ReadModels.open(open.dataSource(), log.whole());
            int last = last(look(readModels));
            readModels.versions().requestRebuild(name);
            if (noWait) {
                answer.print("asked for a rebuild of " + name, Map.of("projection", name, "requested", true));
                return 0;
            }
            var rebuilt = awaitRebuilt(readModels, log.whole().head(), last);
            var comparison = rebuilt.active().flatMap(VersionView::comparison).orElse("not compared");
            answer.print(
                    "rebuilt: readers of %s see version %d, %s".formatted(name, last(rebuilt), comparison),
                    Map.of("projection", name, "version", last(rebuilt), "comparison", comparison));
            return 0;
        }
    }

    private ProjectionView awaitRebuilt(ReadModels readModels, Position head, int last) {
        var screen = answer.isJson() ? Screen.onStderr() : Screen.onStdout();
        try (var bars = screen.bars()) {
            var bar = bars.add("rebuild " + name, head.value(), "events");
            long deadline = System.nanoTime() + TAKEN.toNanos();
            while (true) {
                var view = look(readModels);
                if (isDone(view, last)) {
                    bar.done("switched");
                    return look(readModels); // versions are looked at before requests
                }
                requireNotFailed(view);
                if (isTaken(view, bar)) {
                    deadline = System.nanoTime() + TAKEN.toNanos();
                } else if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            ("no node has taken the rebuild of %s for %s: start one that has this projection; "
                                            + "the request stays")
                                    .formatted(name, Figures.duration(TAKEN)));
                }
                Pause.before("the rebuild of " + name, LOOK);
            }
        }
    }

    private ProjectionView look(ReadModels readModels) {
        return Objects.requireNonNull(readModels.versions().look(List.of(name)).get(name));
    }

    private static int last(ProjectionView view) {
        return view.active().map(active -> active.version().number()).orElse(0);
    }

    private static boolean isDone(ProjectionView view, int before) {
        return view.rebuildRequestedAt().isEmpty() && last(view) > before;
    }

    private static boolean isTaken(ProjectionView view, Progress bar) {
        var building = view.versions().stream()
                .filter(version -> version.version().phase() == VersionPhase.BUILDING)
                .filter(version -> version.lease().isHeld())
                .findFirst();
        building.ifPresent(version -> bar.to(version.position().value()));
        return building.isPresent();
    }

    private void requireNotFailed(ProjectionView view) {
        var requested = view.rebuildRequestedAt().orElse(Instant.MIN);
        view.buildFailure()
                .filter(failure -> failure.failedAt().isAfter(requested))
                .ifPresent(failure -> {
                    throw new IllegalStateException("the rebuild of %s failed and is tried again at %s: %s"
                            .formatted(name, failure.retryAt(), failure.message()));
                });
    }
}
