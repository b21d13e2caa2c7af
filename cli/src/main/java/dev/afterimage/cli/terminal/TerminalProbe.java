package dev.afterimage.cli.terminal;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Asks the operating system what the JDK does not tell: since JDK 22, {@code System.console()} exists even without a
 * terminal, and the method that tells the two apart is missing from 21.
 */
final class TerminalProbe {
    private TerminalProbe() {}

    /** False where there is no POSIX shell to ask. */
    static boolean isTerminal(int descriptor) {
        try {
            return shell("test -t " + descriptor)
                            .redirectOutput(Redirect.INHERIT)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noShell) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Adds the terminal's width as {@code COLUMNS}, if a shell has not exported it and somebody knows. */
    static Map<String, String> withColumns(Map<String, String> env) {
        var known = new HashMap<>(env);
        if (!env.containsKey("COLUMNS")) {
            // "24 80", or nothing.
            var size = output("stty size </dev/tty").strip().split(" ");
            if (size.length == 2 && !size[1].equals("0")) {
                known.put("COLUMNS", size[1]);
            }
        }
        return known;
    }

    private static String output(String command) {
        try {
            var answer = shell(command).redirectError(Redirect.DISCARD).start().getInputStream();
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unknown) {
            return "";
        }
    }

    private static ProcessBuilder shell(String command) {
        return new ProcessBuilder("sh", "-c", command).redirectError(Redirect.INHERIT);
    }
}
