package dev.afterimage.cli;

import dev.afterimage.examples.northwind.Pipeline;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes a database ready to be captured. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = "Makes the tables, the publication and the replication slot. Safe to run again.")
final class InitCommand implements Callable<Integer> {

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Override
    public Integer call() {
        try (var open = database.open()) {
            Pipeline.init(open.address(), open.dataSource());
            System.out.printf(
                    "ready: %s, replication slot %s%n",
                    open.address(), Pipeline.slot(open.address(), open.dataSource()));
            return 0;
        }
    }
}
