package dev.afterimage.cli.operate;

import dev.afterimage.cli.database.DatabaseOptions;
import dev.afterimage.cli.database.OpenDatabase;
import dev.afterimage.cli.database.SlotOption;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.relay.RelaySetup;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;

/** What the commands about a source of events have in common: which one it is, and how they answer. */
final class SourceOptions {

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Mixin
    private SlotOption slot = new SlotOption();

    @Mixin
    private Answer answer = new Answer();

    /** What a command does with a source; returns its exit status. */
    interface Work {
        int on(RelaySetup setup);
    }

    /** Works on a database that was initialised. */
    int run(Work work) {
        return run(OpenDatabase::requireInitialised, work);
    }

    /** @param prepare what comes before the log is opened */
    int run(Consumer<OpenDatabase> prepare, Work work) {
        try (var open = database.open()) {
            prepare.accept(open);
            try (var log = PostgresEventLog.open(open.dataSource())) {
                return work.on(new RelaySetup(open.address(), log, slot.settings()).telling(System.err::println));
            }
        }
    }

    void answer(String sentence, Map<String, ?> object) {
        answer.print(sentence, object);
    }
}
