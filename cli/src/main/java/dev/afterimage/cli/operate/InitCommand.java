package dev.afterimage.cli.operate;

import dev.afterimage.cli.database.DatabaseOptions;
import dev.afterimage.cli.database.SlotOption;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.readmodels.ReadModels;
import dev.afterimage.relay.RelaySetup;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes a database ready to be captured. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description =
                "Makes the tables, the publication and the replication slot, and brings the events that are in the outbox already. Safe to run again; also the way to upgrade the tables.")
public final class InitCommand implements Callable<Integer> {

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Mixin
    private SlotOption slot = new SlotOption();

    @Mixin
    private Answer answer = new Answer();

    @Override
    public Integer call() {
        try (var open = database.open()) {
            PostgresEventLog.migrations().apply(open.dataSource());
            ReadModels.migrations().apply(open.dataSource());
            try (var log = PostgresEventLog.open(open.dataSource())) {
                var setup = new RelaySetup(open.address(), log, slot.settings()).telling(System.err::println);
                setup.init();
                answer.print(
                        "ready: %s, replication slot %s".formatted(open.address(), setup.slot()),
                        Map.of("ready", true, "slot", setup.slot()));
            }
            return 0;
        }
    }
}
