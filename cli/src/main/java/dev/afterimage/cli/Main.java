package dev.afterimage.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.afterimage.cli.demo.DemoCommand;
import dev.afterimage.cli.operate.InitCommand;
import dev.afterimage.cli.operate.RebuildCommand;
import dev.afterimage.cli.operate.RepairCommand;
import dev.afterimage.cli.operate.SkipEventCommand;
import dev.afterimage.cli.operate.VerifyCommand;
import dev.afterimage.cli.status.StatusCommand;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;

/** The {@code afterimage} command line. */
@Command(
        name = "afterimage",
        mixinStandardHelpOptions = true,
        version = "afterimage 0.1.0-SNAPSHOT",
        description = "Read models that can be trusted, from the events that services commit to PostgreSQL.",
        subcommands = {
            DemoCommand.class,
            InitCommand.class,
            RunCommand.class,
            StatusCommand.class,
            VerifyCommand.class,
            RepairCommand.class,
            SkipEventCommand.class,
            RebuildCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:done", "1:failed, or something needs you", "2:the command line is wrong"})
public final class Main {

    private Main() {}

    /** Runs a command and exits with its status. */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    static int execute(String... args) {
        IExecutionExceptionHandler oneLine = (failure, command, parsed) -> {
            var reason = Failure.describe(failure);
            command.getErr().println("afterimage: " + reason);
            if (isJson(command)) {
                System.out.println(new JsonMapper().writeValueAsString(Map.of("error", reason)));
            }
            if (System.getenv("AFTERIMAGE_VERBOSE") != null) {
                failure.printStackTrace(command.getErr());
            }
            return 1;
        };
        return new CommandLine(new Main())
                .setExecutionExceptionHandler(oneLine)
                .setExpandAtFiles(false) // an aggregate's id may begin with an @
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    /** With {@code --json} the answer is one object, also when there is none to give. */
    private static boolean isJson(CommandLine command) {
        return command.getParseResult().hasMatchedOption("--json");
    }
}
