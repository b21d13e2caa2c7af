package dev.afterimage.cli;

import dev.afterimage.cli.database.DatabaseOptions;
import dev.afterimage.cli.terminal.Screen;
import dev.afterimage.domain.LogDamagedException;
import dev.afterimage.domain.RelayState;
import dev.afterimage.examples.northwind.Pipeline;
import dev.afterimage.postgres.Cause;
import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.projector.RunState;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the example's relay and projections until it is stopped. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Runs the relay and the example's projections until it is stopped. Run init first.")
final class RunCommand implements Callable<Integer> {

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How often to say how it goes.")
    private int every = 10;

    @Override
    public Integer call() throws InterruptedException {
        var screen = Screen.onStderr();
        var stopping = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        var hook = new Thread(() -> stop(stopping, stopped), "afterimage-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try (var open = database.openAlone();
                var pipeline = new Pipeline(open.requireInitialised().address(), open.dataSource()).start()) {
            screen.line("running on %s; stop with ctrl-c".formatted(open.address()));
            do {
                say(screen, pipeline);
            } while (!stopping.await(every, TimeUnit.SECONDS));
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    /** A signal ends the process when its hooks return, so the hook waits until the pipeline is closed. */
    private static void stop(CountDownLatch stopping, CountDownLatch stopped) {
        stopping.countDown();
        try {
            if (!stopped.await(Duration.ofSeconds(60).toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("afterimage: not closed after 60 s; ending all the same, nothing is lost");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(Screen screen, Pipeline pipeline) {
        var relay = pipeline.relay().status();
        if (relay.state() == RelayState.REFUSED) {
            screen.bad("relay refused: " + relay.message());
        } else {
            screen.line("relay %s, log at %s, lag %d ms, slot lag %,d bytes"
                    .formatted(
                            relay.state(),
                            head(pipeline),
                            relay.lag().toMillis(),
                            relay.slot().lagBytes()));
        }
        for (var run : pipeline.projector().status()) {
            var text = "%s %s at %s %s".formatted(run.version(), run.state(), run.position(), run.message());
            if (needsSomebody(run.state())) {
                screen.bad(text.strip());
            } else {
                screen.line(text.strip());
            }
        }
    }

    /** The relay itself knows only what it has appended. */
    private static String head(Pipeline pipeline) {
        try {
            return pipeline.log().whole().head().toString();
        } catch (LogDamagedException | DatabaseException e) {
            return "an unknown position (%s)".formatted(Cause.describe(e));
        }
    }

    private static boolean needsSomebody(RunState state) {
        return switch (state) {
            case STARTING, RUNNING, BUILDING, STANDBY, CLOSED -> false;
            case RETRYING, TABLES_MISSING, TABLES_UNFIT, LOG_DAMAGED, STOPPED, OUTDATED -> true;
        };
    }
}
