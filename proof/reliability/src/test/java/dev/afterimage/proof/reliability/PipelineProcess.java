package dev.afterimage.proof.reliability;

import dev.afterimage.cli.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The {@code run} command as a process of its own, to be killed. */
final class PipelineProcess implements AutoCloseable {

    private static final int KILLED = 128 + 9;

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

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
