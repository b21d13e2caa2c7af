package dev.afterimage.relay;

import dev.afterimage.domain.Position;
import dev.afterimage.eventlog.postgres.PostgresEventLog;
import dev.afterimage.postgres.DatabaseAddress;
import dev.afterimage.relay.debezium.DebeziumChangeSource;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM with this class path and a heap of its own, which ends with status 3 when the heap is too small. */
final class SmallHeap {

    /** How a JVM ends at its first OutOfMemoryError, whoever would have caught it. */
    static final int OUT_OF_MEMORY = 3;

    private static final Duration LIMIT = Duration.ofMinutes(40);

    private SmallHeap() {}

    record Ended(int status, String output) {}

    static Ended run(Class<?> program, int mebibytes, String... arguments) throws IOException, InterruptedException {
        var output = File.createTempFile("afterimage-small-heap", ".log");
        try {
            var process = new ProcessBuilder(command(program, mebibytes, arguments))
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return new Ended(process.waitFor(), Files.readString(output.toPath()));
        } finally {
            Files.delete(output.toPath());
        }
    }

    /** The same, to be ended by the caller; what it writes is not kept. */
    static Process start(Class<?> program, int mebibytes, String... arguments) throws IOException {
        return new ProcessBuilder(command(program, mebibytes, arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static List<String> command(Class<?> program, int mebibytes, String... arguments) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(
                java,
                "-Xmx%dm".formatted(mebibytes),
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Relays until the log has so many events. */
    static final class Capture {

        private Capture() {}

        public static void main(String[] args) throws InterruptedException {
            var address = DatabaseAddress.of(args[0]);
            var settings = RelaySettings.defaults().withSlot(args[1]);
            try (var log = PostgresEventLog.open(address.dataSource("small-heap"));
                    var relay = new Relay(address, log, DebeziumChangeSource.of(address, settings), settings)) {
                relay.start();
                if (!log.whole().awaitAfter(new Position(Long.parseLong(args[2]) - 1), LIMIT.dividedBy(2))) {
                    throw new AssertionError(
                            "the log ends at %s: %s".formatted(log.whole().head(), relay.status()));
                }
            }
        }
    }

    /** Repairs the log and says how many events were missing. */
    static final class Repairs {

        private Repairs() {}

        public static void main(String[] args) {
            var address = DatabaseAddress.of(args[0]);
            var settings = RelaySettings.defaults().withSlot(args[1]);
            try (var log = PostgresEventLog.open(address.dataSource("small-heap"))) {
                System.out.println("repaired " + new RelaySetup(address, log, settings).repair());
            }
        }
    }
}
