package dev.afterimage.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A server that still runs although the JVM which started it was killed: it holds the data directory, and a second
 * server on it would wait for it in vain. Call {@link #stop} only while holding the lock of the directory.
 */
final class OrphanedPostmaster {

    private static final long LIMIT_SECONDS = 5;

    private OrphanedPostmaster() {}

    /** Returns when no server runs on this directory; what does not stop when asked is killed, PostgreSQL recovers. */
    static void stop(Path data) {
        runningOn(data).ifPresent(postmaster -> {
            var all = Stream.concat(Stream.of(postmaster), postmaster.descendants())
                    .toList();
            postmaster.destroy();
            if (!haveExited(all)) {
                postmaster.destroyForcibly();
                if (!haveExited(all)) {
                    throw new EmbeddedServerException("process %d, a server left on %s, does not stop: kill it"
                            .formatted(postmaster.pid(), data));
                }
            }
        });
    }

    private static Optional<ProcessHandle> runningOn(Path data) {
        return pid(data.resolve("postmaster.pid"))
                .flatMap(ProcessHandle::of)
                .filter(process -> isPostgres(process) && serves(process, data));
    }

    private static Optional<Long> pid(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst()
                    .map(String::trim)
                    .filter(line -> line.matches("\\d{1,18}"))
                    .map(Long::valueOf);
        } catch (IOException | UncheckedIOException absentOrUnreadable) {
            return Optional.empty();
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        var command = process.info().command().orElse("");
        return command.endsWith("postgres") || command.endsWith("postgres.exe");
    }

    /** The pid may have gone to another server since; where arguments cannot be read, postmaster.pid is believed. */
    private static boolean serves(ProcessHandle process, Path data) {
        return process.info()
                .arguments()
                .map(arguments -> List.of(arguments).contains(data.toString()))
                .orElse(true);
    }

    private static boolean haveExited(List<ProcessHandle> processes) {
        try {
            CompletableFuture.allOf(
                            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException running) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
