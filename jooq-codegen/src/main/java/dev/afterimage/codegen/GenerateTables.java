package dev.afterimage.codegen;

import dev.afterimage.embedded.EmbeddedServerException;
import java.io.PrintStream;
import java.util.List;

/**
 * Generates jOOQ classes from SQL files; run it at generate-sources. Does nothing when SQL, arguments and tool are the
 * same as last time.
 */
public final class GenerateTables {

    static final int FAILED = 1;
    static final int WRONG_ARGUMENTS = 2;

    private GenerateTables() {}

    /** Exits with 0, or with 1 if SQL or generation failed, or with 2 if the arguments are wrong. */
    public static void main(String[] args) {
        QuietConsole.prepare();
        int status = run(List.of(args), System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Prints one line: what was done, or on {@code err} what is wrong. */
    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            out.println(generate(Arguments.parse(arguments)));
            return 0;
        } catch (IllegalArgumentException wrongArguments) {
            err.println("jOOQ classes: " + wrongArguments.getMessage());
            err.println(Arguments.USAGE);
            return WRONG_ARGUMENTS;
        } catch (CodegenException | EmbeddedServerException failure) {
            err.println("jOOQ classes: " + failure.getMessage());
            return FAILED;
        }
    }

    private static String generate(List<Target> targets) {
        var stale = targets.stream().filter(target -> !target.isUpToDate()).toList();
        return stale.isEmpty()
                ? "jOOQ classes are up to date"
                : "jOOQ classes generated: %d tables".formatted(Generation.of(stale));
    }
}
