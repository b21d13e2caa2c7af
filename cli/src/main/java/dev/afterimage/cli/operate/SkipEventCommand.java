package dev.afterimage.cli.operate;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.relay.RelaySetup;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Decides that an event that the relay cannot append is left out, or that events that are lost are not waited for. */
@Command(
        name = "skip-event",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "afterimage skip-event [OPTIONS] ID --reason TEXT",
            "afterimage skip-event [OPTIONS] --lost TYPE ID SEQUENCE --reason TEXT"
        },
        description = {
            "Lets the relay go on, within seconds, after it refused because of one event; "
                    + "its message names the command line that helps.",
            "Without --lost: leaves the event ID out of the log, because it cannot be read or repeats another.",
            "With --lost: gives up events that are missing before the event that the relay refused, "
                    + "and that repair cannot bring, because nobody has them any more; "
                    + "the events after them are appended."
        })
public final class SkipEventCommand implements Callable<Integer> {

    private static final Pattern SEQUENCES = Pattern.compile("(\\d{1,18})(?:\\.\\.(\\d{1,18}))?");

    /** The place of events in their aggregate. */
    private record Lost(AggregateRef aggregate, long first, long last) {

        @Override
        public String toString() {
            return first == last
                    ? "%s #%d".formatted(aggregate, first)
                    : "%s #%d to #%d".formatted(aggregate, first, last);
        }
    }

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Option(names = "--lost", description = "Give up events that are lost for good.")
    private boolean lost;

    @Parameters(
            arity = "1..3",
            paramLabel = "ID",
            description = "The event's id, as the relay's message names it. With --lost: type and id of the aggregate, "
                    + "and the sequence of the event that is lost, or those of the first and the last as 2..4.")
    private List<String> words = List.of();

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; kept with the decision.")
    private String reason = "";

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() {
        if (reason.isBlank()) {
            throw wrong("--reason must not be blank: say why it is left out");
        }
        if (lost) {
            var given = lost();
            return source.run(setup -> giveUp(setup, given));
        }
        var event = event();
        return source.run(setup -> leaveOut(setup, event));
    }

    private int leaveOut(RelaySetup setup, EventId event) {
        setup.skip(event, reason);
        source.answer(
                "event %s is left out: %s".formatted(event, reason),
                Map.of("skipped", event.toString(), "reason", reason));
        return 0;
    }

    private int giveUp(RelaySetup setup, Lost given) {
        setup.skipLost(given.aggregate(), given.first(), given.last(), reason);
        var object = Map.of(
                "aggregateType", given.aggregate().type(),
                "aggregateId", given.aggregate().id(),
                "first", given.first(),
                "last", given.last());
        source.answer("%s is given up: %s".formatted(given, reason), Map.of("lost", object, "reason", reason));
        return 0;
    }

    private EventId event() {
        if (words.size() != 1) {
            throw wrong("one event's ID is wanted, or --lost TYPE ID SEQUENCE");
        }
        try {
            return new EventId(UUID.fromString(words.getFirst()));
        } catch (IllegalArgumentException e) {
            throw wrong("ID must be an event's id such as 01920000-0000-7000-8000-000000000000, was \"%s\""
                    .formatted(words.getFirst()));
        }
    }

    private Lost lost() {
        if (words.size() != 3) {
            throw wrong("--lost wants TYPE ID SEQUENCE: type and id of the aggregate, and the sequence that is lost");
        }
        var sequences = SEQUENCES.matcher(words.get(2));
        if (!sequences.matches()) {
            throw wrong("SEQUENCE must be a number such as 2, or two such as 2..4, was \"%s\"".formatted(words.get(2)));
        }
        long first = Long.parseLong(sequences.group(1));
        long last = sequences.group(2) == null ? first : Long.parseLong(sequences.group(2));
        try {
            return new Lost(new AggregateRef(words.get(0), words.get(1)), first, last);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException wrong(String problem) {
        return new ParameterException(command.commandLine(), problem);
    }
}
