package dev.afterimage.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM with this class path, which starts a server and may die of it. */
final class ChildJvm {

    private ChildJvm() {}

    record Ended(int status, String output) {}

    /** Runs {@link StartAndHalt} to its end, with {@code path} as its PATH. */
    static Ended startAndHalt(Path dataDirectory, String path) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StartAndHalt.class.getName(),
                dataDirectory.toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", path);
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Ended(process.waitFor(), output);
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
}
