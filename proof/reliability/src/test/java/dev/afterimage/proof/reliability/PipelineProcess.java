package dev.afterimage.proof.reliability;

import dev.afterimage.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The {@code run} command as a process of its own, to be killed, frozen or stopped. */
final class PipelineProcess implements AutoCloseable {

    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    private final Process process;

    private PipelineProcess(Process process) {
        this.process = process;
    }

    static PipelineProcess start(String jdbcUrl, File output) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(
                        java,
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        "--every",
                        "1")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output));
        builder.environment().put("AFTERIMAGE_JDBC_URL", jdbcUrl);
        return new PipelineProcess(builder.start());
    }

    /** SIGKILL: no hook runs, nothing is flushed. Returns the exit status, the proof that it was killed. */
    boolean kill() throws InterruptedException {
        process.destroyForcibly();
        return process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == KILLED;
    }

    /** SIGTERM: it closes in an orderly way. Returns whether it ended by that. */
    boolean stop() throws InterruptedException {
        process.destroy();
        return process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == TERMINATED;
    }

    /** SIGSTOP: not one of its threads runs any more, and its connections stay open. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT: it goes on in the middle of whatever it did, and does not know how much time has passed. */
    void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", name, Long.toString(pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("kill %s %d ended with status %d".formatted(name, pid(), status));
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
