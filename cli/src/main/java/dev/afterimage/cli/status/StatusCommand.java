package dev.afterimage.cli.status;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.afterimage.cli.database.DatabaseOptions;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.readmodels.ReadModels;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells how far the log and each read model are, and what needs somebody. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Tells how the relay, the log and each read model are doing, from the database alone, "
                + "whatever process runs them.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:nothing needs you",
            "1:something needs you, or the state could not be read",
            "2:the command line is wrong"
        })
public final class StatusCommand implements Callable<Integer> {

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Option(names = "--json", description = "One JSON object on stdout.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        try (var open = database.open();
                var log = PostgresEventLog.open(open.requireInitialised().dataSource())) {
            var status = StatusReport.read(open.now(), log.whole(), ReadModels.open(open.dataSource(), log.whole()));
            if (json) {
                System.out.println(new JsonMapper().writeValueAsString(StatusJson.of(status)));
            } else {
                new StatusScreen(Screen.onStdout()).show(status);
            }
            return status.isHealthy() ? 0 : 1;
        }
    }
}
