package dev.afterimage.cli.operate;

import dev.afterimage.cli.database.DatabaseOptions;
import dev.afterimage.cli.database.SlotOption;
import dev.afterimage.domain.EventId;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.relay.RelaySetup;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Decides that an event that the relay cannot append is left out. */
@Command(
        name = "skip-event",
        mixinStandardHelpOptions = true,
        description =
                "Leaves an event out of the log that the relay cannot append, and says why. Its place in its aggregate stays, so the next event is accepted; the relay goes on within seconds.")
public final class SkipEventCommand implements Callable<Integer> {

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Mixin
    private SlotOption slot = new SlotOption();

    @Mixin
    private Answer answer = new Answer();

    @Parameters(index = "0", paramLabel = "ID", description = "The event's id, as the relay's message names it.")
    private String id = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; kept with the decision.")
    private String reason = "";

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() {
        var event = event();
        try (var open = database.open();
                var log = PostgresEventLog.open(open.requireInitialised().dataSource())) {
            new RelaySetup(open.address(), log, slot.settings()).skip(event, reason);
            answer.print("event %s is left out: %s".formatted(id, reason), Map.of("skipped", id, "reason", reason));
            return 0;
        }
    }

    private EventId event() {
        if (reason.isBlank()) {
            throw new ParameterException(command.commandLine(), "--reason must not be blank: say why it is left out");
        }
        try {
            return new EventId(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    command.commandLine(),
                    "ID must be an event's id such as 01920000-0000-7000-8000-000000000000, was \"%s\"".formatted(id),
                    e);
        }
    }
}
