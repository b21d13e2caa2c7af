package dev.afterimage.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Held by one server of one JVM on this machine; the operating system gives it back when the JVM dies. */
final class DirectoryLock implements AutoCloseable {

    private static final String FILE = "lock";
    // POSIX drops a process's lock when it closes any channel to the file, so this JVM must not even try twice.
    private static final Set<Path> OF_THIS_JVM = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** Empty if somebody holds it. */
    static Optional<DirectoryLock> tryOn(Path directory) throws IOException {
        if (!OF_THIS_JVM.add(directory)) {
            return Optional.empty();
        }
        var channel = lockedChannel(directory);
        if (channel.isEmpty()) {
            OF_THIS_JVM.remove(directory);
        }
        return channel.map(locked -> new DirectoryLock(directory, locked));
    }

    /** Whether a server was ever started in this directory. */
    static boolean existsIn(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    private static Optional<FileChannel> lockedChannel(Path directory) throws IOException {
        var file = directory.resolve(FILE);
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(channel);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new EmbeddedServerException("cannot release the lock of " + directory, failure);
        } finally {
            OF_THIS_JVM.remove(directory);
        }
    }
}
