package dev.afterimage.cli.operate;

import dev.afterimage.relay.VerifyReport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells whether the log has what the outbox has. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Compares every event of the outbox with the log: what is missing, what the outbox lacks, "
                + "what is twice or out of its aggregate's order. "
                + "Works while everything runs; what is on its way is waited for.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:the log has what the outbox has",
            "1:it has not; or it lacks events, and no relay is running to tell what is on its way from what is lost",
            "2:the command line is wrong"
        })
public final class VerifyCommand implements Callable<Integer> {

    /** What can be verified. */
    enum What {
        LOG
    }

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Parameters(index = "0", paramLabel = "log", description = "What to verify: the log.")
    private What what = What.LOG;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description = "How long to wait for a relay to bring what was committed before, by default "
                    + "${DEFAULT-VALUE} seconds.")
    private int patience = 15;

    @Override
    public Integer call() {
        if (patience < 0) {
            throw new ParameterException(
                    command.commandLine(), "--patience must be 0 or more seconds, was %d".formatted(patience));
        }
        return source.run(setup -> {
            var report = setup.verify(Duration.ofSeconds(patience));
            source.answer(String.join(System.lineSeparator(), report.lines()), asJson(report));
            return report.isSound() && report.isDecided() ? 0 : 1;
        });
    }

    private Map<String, Object> asJson(VerifyReport report) {
        var object = new LinkedHashMap<String, Object>();
        object.put("verified", what.name().toLowerCase(Locale.ROOT));
        object.put("slot", report.slot());
        object.put("sound", report.isSound());
        object.put("complete", report.isComplete());
        report.completeUpTo().ifPresent(at -> object.put("completeUpTo", at.toString()));
        object.put("compared", report.compared());
        object.put("missing", report.missing().events());
        object.put("undecided", report.undecided());
        object.put("phantoms", report.phantoms().events());
        object.put("outOfSequence", report.outOfSequence().events());
        object.put("lines", report.lines());
        return object;
    }
}
