package dev.afterimage.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.afterimage.cli.terminal.Column;
import dev.afterimage.cli.terminal.Figures;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.readmodels.Freshness;
import dev.afterimage.readmodels.ReadModels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells how far the log and each read model are. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Tells how far the log and each read model are, from the database alone.")
final class StatusCommand implements Callable<Integer> {

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Option(names = "--json", description = "One JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        try (var open = database.open();
                var log = PostgresEventLog.open(open.requireInitialised().dataSource())) {
            var head = log.whole().head().value();
            var freshness = ReadModels.open(open.dataSource(), log.whole()).freshness();
            if (json) {
                System.out.println(new JsonMapper().writeValueAsString(asJson(head, freshness)));
            } else {
                show(Screen.onStdout(), head, freshness);
            }
            return freshness.stream().allMatch(model -> model.failure().isEmpty()) ? 0 : 1;
        }
    }

    private static Map<String, Object> asJson(long head, List<Freshness> freshness) {
        var models = freshness.stream().map(StatusCommand::asJson).toList();
        return Map.of("head", head, "readModels", models);
    }

    private static Map<String, Object> asJson(Freshness model) {
        var object = new LinkedHashMap<String, Object>();
        object.put("projection", model.version().projection());
        object.put("version", model.version().number());
        object.put("revision", model.version().revision());
        object.put("position", model.position().value());
        object.put("eventsBehind", model.eventsBehind());
        model.failure().ifPresent(failure -> object.put("failure", failure));
        return object;
    }

    private static void show(Screen screen, long head, List<Freshness> freshness) {
        screen.line("log: %s events".formatted(Figures.count(head)));
        var rows = freshness.stream()
                .map(model -> List.of(
                        model.version().projection(),
                        "v" + model.version().number(),
                        model.position().toString(),
                        Figures.count(model.eventsBehind()),
                        model.failure().orElse("")))
                .toList();
        screen.table(
                List.of(
                        Column.text("read model"),
                        Column.text("version"),
                        Column.number("position"),
                        Column.number("events behind"),
                        Column.text("failure")),
                rows);
    }
}
