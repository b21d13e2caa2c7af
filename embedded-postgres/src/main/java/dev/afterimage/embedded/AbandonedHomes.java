package dev.afterimage.embedded;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;

/** Temporary servers of JVMs that were killed: they would run, and fill the disk, for ever. */
final class AbandonedHomes {

    // A JVM creates its directory first and locks it then; nobody is that slow.
    private static final Duration MINIMUM_AGE = Duration.ofMinutes(1);

    private static final Logger LOG = System.getLogger(AbandonedHomes.class.getName());

    private AbandonedHomes() {}

    /**
     * Stops and deletes those of this user, as far as other JVMs do not do the same at the same time. Other users' are
     * theirs: root may write everywhere, and whoever owns a directory may have laid anything into it.
     */
    static void delete(UserPrincipal me) throws IOException {
        var parent = Path.of(System.getProperty("java.io.tmpdir"));
        try (var homes = Files.newDirectoryStream(parent, ServerHome.TEMPORARY_PREFIX + "*")) {
            for (var home : homes) {
                deleteIfAbandoned(home, me);
            }
        }
    }

    private static boolean isOld(Path home) throws IOException {
        return Files.getLastModifiedTime(home)
                .toInstant()
                .isBefore(Instant.now().minus(MINIMUM_AGE));
    }

    private static void deleteIfAbandoned(Path home, UserPrincipal me) {
        try {
            if (Files.getOwner(home, LinkOption.NOFOLLOW_LINKS).equals(me)
                    && DirectoryLock.existsIn(home)
                    && isOld(home)) {
                DirectoryLock.tryOn(home.toRealPath()).ifPresent(lock -> delete(home, lock));
            }
        } catch (IOException | EmbeddedServerException notOurTask) {
            LOG.log(Level.DEBUG, "cannot delete the abandoned server in " + home, notOurTask);
        }
    }

    private static void delete(Path home, DirectoryLock lock) {
        try {
            OrphanedPostmaster.stop(ServerHome.dataIn(home));
        } finally {
            lock.close();
        }
        ServerHome.deleteTree(home);
    }
}
