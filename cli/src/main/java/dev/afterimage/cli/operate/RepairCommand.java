package dev.afterimage.cli.operate;

import dev.afterimage.eventlog.Phantoms;
import dev.afterimage.eventlog.Reconciled;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Closes a gap that the relay refuses to go on over. */
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        description =
                "Makes the replication slot again and brings every event that the outbox has and the log lacks to "
                        + "its place. Stop the relay first.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:outbox and log agree now",
            "1:failed, or you must say which is right: nothing was changed",
            "2:the command line is wrong"
        })
public final class RepairCommand implements Callable<Integer> {

    @Mixin
    private SourceOptions source = new SourceOptions();

    @Option(
            names = "--phantoms",
            paramLabel = "keep|remove|refuse",
            defaultValue = "refuse",
            description = "What to do where the log has events that the outbox lacks. keep: the log is right, "
                    + "the outbox was emptied on purpose. remove: the outbox is right, "
                    + "its database was restored back in time; "
                    + "the events leave the log and the read models concerned are rebuilt. "
                    + "refuse, the default: say so and change nothing.")
    private Phantoms phantoms = Phantoms.REFUSE;

    @Override
    public Integer call() {
        return source.run(setup -> {
            say(setup.repair(phantoms));
            return 0;
        });
    }

    private void say(Reconciled repaired) {
        var object = new LinkedHashMap<String, Object>();
        object.put("added", repaired.added());
        object.put("removed", repaired.removed());
        repaired.correction().ifPresent(correction -> {
            object.put("generation", correction.generation());
            object.put("correctedFrom", correction.from().value());
        });
        var removed = repaired.removed() == 0
                ? ""
                : ", %,d were removed because the outbox lacks them".formatted(repaired.removed());
        var corrected = repaired.correction()
                .map(correction ->
                        "; the log was corrected from position %s on: read models that were beyond it are rebuilt"
                                .formatted(correction.from()))
                .orElse("");
        source.answer(
                "repaired: %,d events were missing from the log%s%s".formatted(repaired.added(), removed, corrected),
                object);
    }
}
