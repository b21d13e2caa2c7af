package dev.afterimage.embedded;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where PostgreSQL's programs are unpacked, 60 MB once per user: the library's own choice is one directory for all
 * users under the temporary directory, which the second user cannot read under a strict umask.
 */
final class BinariesCache {

    private BinariesCache() {}

    /** Empty if the system property of the library, {@code ot.epg.working-dir}, names one already. */
    static Optional<Path> directory() {
        if (System.getProperty("ot.epg.working-dir") != null) {
            return Optional.empty();
        }
        return Stream.of(
                        Path.of(System.getProperty("user.home"), ".cache", "afterimage"),
                        Path.of(System.getProperty("java.io.tmpdir"), "afterimage-" + System.getProperty("user.name")))
                .filter(BinariesCache::isUsable)
                .map(own -> own.resolve("postgres"))
                .findFirst();
    }

    /** Makes it private: the library lets everybody write into the directory below, from which we run programs. */
    private static boolean isUsable(Path directory) {
        try {
            Files.createDirectories(directory);
            if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
            return Files.isWritable(directory);
        } catch (IOException unusable) {
            return false;
        }
    }
}
