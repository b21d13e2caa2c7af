package dev.afterimage.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The directory of one server: PostgreSQL's data, its log, and the lock that keeps a second server out. */
final class ServerHome implements AutoCloseable {

    static final String TEMPORARY_PREFIX = "afterimage-postgres-";
    private static final int LOG_LINES = 15;

    private final Path directory;
    private final boolean temporary;
    private final DirectoryLock lock;

    private ServerHome(Path directory, boolean temporary, DirectoryLock lock) {
        this.directory = directory;
        this.temporary = temporary;
        this.lock = lock;
    }

    /** Opens this directory, or a new temporary one. */
    static ServerHome open(@Nullable Path directory) {
        try {
            if (directory != null) {
                return open(Files.createDirectories(directory).toRealPath(), false);
            }
            var home = open(Files.createTempDirectory(TEMPORARY_PREFIX).toRealPath(), true);
            AbandonedHomes.delete(Files.getOwner(home.directory));
            return home;
        } catch (IOException failure) {
            throw new EmbeddedServerException("cannot create a data directory: " + failure, failure);
        }
    }

    private static ServerHome open(Path directory, boolean temporary) throws IOException {
        var lock = DirectoryLock.tryOn(directory)
                .orElseThrow(() -> new EmbeddedServerException(
                        "data directory %s is in use by another server: stop it, or choose another directory"
                                .formatted(directory)));
        return new ServerHome(directory, temporary, lock);
    }

    static Path dataIn(Path home) {
        return home.resolve("data");
    }

    Path data() {
        return dataIn(directory);
    }

    Path log() {
        return directory.resolve("postgres.log");
    }

    /** Empty for a server that an older version made, until it has started once more. */
    Optional<SuperuserPassword> password() {
        var file = directory.resolve("password");
        return SuperuserPassword.existsAt(file) || Files.notExists(readyMark())
                ? Optional.of(SuperuserPassword.at(file))
                : Optional.empty();
    }

    /** Gives the server that runs here its password, if it has none. */
    SuperuserPassword newPassword() {
        return SuperuserPassword.at(directory.resolve("password"));
    }

    /** A first start that was interrupted leaves half a database cluster, in which nobody has stored anything yet. */
    void discardUnfinishedData() {
        if (Files.notExists(readyMark())) {
            deleteTree(data());
        }
    }

    void markReady() {
        try {
            Files.write(readyMark(), new byte[0]);
        } catch (IOException failure) {
            throw new EmbeddedServerException("cannot write " + readyMark(), failure);
        }
    }

    /** The last lines, newest last; empty if there is no log. */
    String endOfLog() {
        try {
            List<String> lines = Files.exists(log()) ? Files.readAllLines(log()) : List.of();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException unreadable) {
            return "(cannot read %s: %s)".formatted(log(), unreadable);
        }
    }

    @Override
    public void close() {
        if (!temporary) {
            lock.close();
            return;
        }
        deleteTree(data());
        // Some systems do not delete a file that is locked.
        lock.close();
        deleteTree(directory);
    }

    /** Deletes a directory and all that is in it; an absent one is fine. */
    static void deleteTree(Path directory) {
        try (var entries = Files.walk(directory)) {
            for (var entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        } catch (NoSuchFileException absent) {
            // Nothing to delete.
        } catch (IOException | UncheckedIOException failure) {
            throw new EmbeddedServerException("cannot delete %s: %s".formatted(directory, failure), failure);
        }
    }

    private Path readyMark() {
        return directory.resolve("initialised");
    }
}
