package dev.afterimage.cli.demo;

import dev.afterimage.cli.database.DatabaseOptions;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.examples.northwind.Pipeline;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the whole way, on real orders: written, captured, folded, rebuilt, compared. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Replays the orders of Northwind through a sample service while relay and projections run, "
                + "rebuilds every read model from offset zero, and compares every total with the source data.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:every answer is right", "1:failed, or an answer is wrong", "2:the command line is wrong"})
public final class DemoCommand implements Callable<Integer> {

    private static final int MAX_SCALE = 10_000;
    private static final int MAX_WRITERS = 32;

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Option(
            names = "--scale",
            paramLabel = "N",
            defaultValue = "1",
            description = "Place every order N times, each time with another id (1..10000).")
    private int scale = 1;

    @Option(
            names = "--writers",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many threads place orders at the same time (1..32).")
    private int writers = 4;

    @Option(
            names = "--json",
            description = "The answers as one JSON object, the last line on stdout; progress goes to stderr.")
    private boolean json;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        requireBetween("--scale", scale, MAX_SCALE);
        requireBetween("--writers", writers, MAX_WRITERS);
        var started = System.nanoTime();
        var screen = json ? Screen.onStderr() : Screen.onStdout();
        screen.heading("Starting PostgreSQL");
        try (var open = database.openOrTemporary()) {
            var outcome = new Demo(screen, open, scale, writers).run(started);
            var slot = Pipeline.slot(open.address(), open.dataSource());
            new DemoEnding(screen, database, slot).show(outcome);
            if (json) {
                System.out.println(outcome.json());
            }
            return outcome.isRight() ? 0 : 1;
        }
    }

    private void requireBetween(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw new ParameterException(
                    command.commandLine(), "%s must be 1..%d, was %d".formatted(option, max, value));
        }
    }
}
