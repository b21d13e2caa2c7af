package dev.afterimage.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A server that somebody else has started on a data directory and runs now, perhaps in another JVM. */
public final class RunningServer {

    /** The line of {@code postmaster.pid} with the port, counted from 0. */
    private static final int PORT_LINE = 3;

    private final int port;
    private final SuperuserPassword password;

    private RunningServer(int port, SuperuserPassword password) {
        this.port = port;
        this.password = password;
    }

    /** Empty if nobody runs one there: it can be started then. */
    public static Optional<RunningServer> on(Path directory) {
        var file = directory.resolve("password");
        if (!DirectoryLock.existsIn(directory) || !SuperuserPassword.existsAt(file)) {
            return Optional.empty();
        }
        try {
            return isInUse(directory.toRealPath())
                    ? port(ServerHome.dataIn(directory))
                            .map(port -> new RunningServer(port, SuperuserPassword.at(file)))
                    : Optional.empty();
        } catch (IOException failure) {
            throw new EmbeddedServerException(
                    "cannot look for a server on %s: %s".formatted(directory, failure), failure);
        }
    }

    private static boolean isInUse(Path directory) throws IOException {
        var lock = DirectoryLock.tryOn(directory);
        lock.ifPresent(DirectoryLock::close);
        return lock.isEmpty();
    }

    private static Optional<Integer> port(Path data) throws IOException {
        var file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var lines = Files.readAllLines(file);
        return lines.size() > PORT_LINE
                ? Optional.of(lines.get(PORT_LINE).strip())
                        .filter(line -> line.matches("\\d{1,5}"))
                        .map(Integer::valueOf)
                : Optional.empty();
    }

    /** As {@link EmbeddedServer#jdbcUrl}. Holds the superuser's name and password: never print it. */
    public String jdbcUrl(String database) {
        return EmbeddedServer.jdbcUrl(port, database, password);
    }
}
