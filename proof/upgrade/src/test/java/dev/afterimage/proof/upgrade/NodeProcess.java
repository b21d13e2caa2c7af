package dev.afterimage.proof.upgrade;

import dev.afterimage.proof.upgrade.node.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node in a process of its own. */
final class NodeProcess implements AutoCloseable {

    private static final int KILLED = 128 + 9;
    private static final int LAST_LINES = 60;

    private final Process process;
    private final Path output;

    private NodeProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static NodeProcess start(Version version, Path folder, String... arguments) {
        try {
            var output = Files.createTempFile(folder, version + "-" + arguments[0] + "-", ".log");
            var logging =
                    Path.of("src", "test", "resources", "logback-test.xml").toAbsolutePath();
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-Dlogback.configurationFile=" + logging,
                    "-Dorg.jooq.no-logo=true",
                    "-Dorg.jooq.no-tips=true",
                    "-cp",
                    version.classPath(),
                    Node.class.getName()));
            command.addAll(List.of(arguments));
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new NodeProcess(process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: no hook runs. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        requireEnd(KILLED);
    }

    /** Asks it to close in an orderly way. */
    void stop() throws IOException, InterruptedException {
        process.getOutputStream().close();
        requireEnd(0);
    }

    /** Waits until it has done what it was started for. */
    void awaitEnd() throws InterruptedException {
        requireEnd(0);
    }

    /** Waits until it has failed; what it said. */
    String awaitFailure() throws InterruptedException {
        requireEnd(1);
        return said();
    }

    private void requireEnd(int status) throws InterruptedException {
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            throw new AssertionError("it has not ended after 10 minutes:%n%s".formatted(said()));
        }
        if (process.exitValue() != status) {
            throw new AssertionError(
                    "it ended with status %d and not %d:%n%s".formatted(process.exitValue(), status, said()));
        }
    }

    /** Its last lines. */
    String said() {
        try {
            var lines = Files.readAllLines(output);
            return String.join(
                    System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
