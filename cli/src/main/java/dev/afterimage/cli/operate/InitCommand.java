package dev.afterimage.cli.operate;

import dev.afterimage.cli.database.OpenDatabase;
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
                "Makes the tables, the publication and the replication slot, and brings the events that are in the "
                        + "outbox already. Safe to run again; also the way to upgrade the tables.")
public final class InitCommand implements Callable<Integer> {

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Override
    public Integer call() {
        return source.run(InitCommand::makeTables, this::init);
    }

    /** The outbox's are made with the slot. */
    private static void makeTables(OpenDatabase open) {
        PostgresEventLog.migrations().apply(open.dataSource());
        ReadModels.migrations().apply(open.dataSource());
    }

    private int init(RelaySetup setup) {
        setup.init();
        source.answer(
                "ready: replication slot %s".formatted(setup.slot()), Map.of("ready", true, "slot", setup.slot()));
        return 0;
    }
}
