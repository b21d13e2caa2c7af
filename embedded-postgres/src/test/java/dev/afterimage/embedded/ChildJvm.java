package dev.afterimage.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Another JVM with this class path, which starts a server and may die of it. */
final class ChildJvm {

    private ChildJvm() {}

    record Ended(int status, String output) {}

    /** Runs {@link StartAndHalt} to its end, with {@code path} as its PATH. */
    static Ended startAndHalt(Path dataDirectory, String path) throws IOException, InterruptedException {
        var builder = builder(StartAndHalt.class, dataDirectory);
        builder.environment().put("PATH", path);
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(waitFor(process), output);
    }

    /** Runs {@link StartAndWait} and sends it SIGTERM as soon as it has printed {@code ready}. */
    static Ended startAndTerminate(Path dataDirectory, String ready) throws IOException, InterruptedException {
        var process = builder(StartAndWait.class, dataDirectory).start();
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var line = output.readLine();
        while (line != null && !line.equals(ready)) {
            line = output.readLine();
        }
        process.toHandle().destroy(); // the process itself would close its streams, too
        var heard = output.lines().collect(Collectors.joining("\n"));
        return new Ended(waitFor(process), heard);
    }

    private static ProcessBuilder builder(Class<?> program, Path dataDirectory) {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        dataDirectory.toString())
                .redirectErrorStream(true);
    }

    private static int waitFor(Process process) throws InterruptedException {
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }

    /** Stores a row and dies as if killed: without shutdown hooks, so that the server stays behind. */
    static final class StartAndHalt {

        static final int STATUS = 42;

        private StartAndHalt() {}

        @SuppressWarnings("resource")
        public static void main(String[] args) throws Exception {
            var server = EmbeddedServer.start(ServerSettings.durable().withDataDirectory(Path.of(args[0])));
            server.createDatabase("kept");
            Sql.execute(server.dataSource("kept"), "create table t as select 'from the killed one' as v");
            Runtime.getRuntime().halt(STATUS);
        }
    }

    /** Waits for ever, and when asked to end asks the server for something first. */
    static final class StartAndWait {

        private StartAndWait() {}

        @SuppressWarnings("resource")
        public static void main(String[] args) throws Exception {
            var server = EmbeddedServer.start(ServerSettings.durable().withDataDirectory(Path.of(args[0])));
            server.beforeStopWithJvm(() -> {
                try {
                    LockSupport.parkNanos(300_000_000); // the hook of a server that does not wait has stopped it by now
                    System.out.println(Sql.value(server.dataSource("postgres"), "select 'still served'"));
                } catch (SQLException e) {
                    System.out.println(e);
                }
            });
            System.out.println("ready");
            new CountDownLatch(1).await();
        }
    }
}
