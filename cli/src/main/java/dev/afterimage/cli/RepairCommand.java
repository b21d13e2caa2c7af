package dev.afterimage.cli;

import dev.afterimage.examples.northwind.Pipeline;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Closes a gap that the relay refuses to go on over. */
@Command(
        name = "repair",
        mixinStandardHelpOptions = true,
        description =
                "Makes the replication slot anew and appends every event that the outbox has and the log lacks. Stop the relay first.")
final class RepairCommand implements Callable<Integer> {

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Override
    public Integer call() {
        try (var open = database.open()) {
            System.out.printf(
                    "repaired: %,d events were missing from the log%n",
                    Pipeline.repair(open.address(), open.dataSource()));
            return 0;
        }
    }
}
