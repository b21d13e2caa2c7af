package dev.afterimage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AbandonedHomesTest {

    @Test
    void only_an_old_and_unlocked_temporary_directory_is_deleted() throws IOException {
        var abandoned = home();
        var used = home();
        var young = home();
        var lock = DirectoryLock.tryOn(used).orElseThrow();
        age(abandoned);
        age(used);

        AbandonedHomes.delete(Files.getOwner(abandoned));

        assertThat(abandoned).doesNotExist();
        assertThat(used).exists();
        assertThat(young).exists();
        lock.close();
        ServerHome.deleteTree(used);
        ServerHome.deleteTree(young);
    }

    @Test
    void a_directory_of_another_user_is_left_alone() throws IOException {
        var theirs = home();
        age(theirs);
        UserPrincipal somebodyElse = () -> "somebody else";

        AbandonedHomes.delete(somebodyElse);

        assertThat(theirs).exists();
        ServerHome.deleteTree(theirs);
    }

    private static Path home() throws IOException {
        var home = Files.createTempDirectory(ServerHome.TEMPORARY_PREFIX).toRealPath();
        DirectoryLock.tryOn(home).orElseThrow().close();
        return home;
    }

    private static void age(Path home) throws IOException {
        Files.setLastModifiedTime(home, FileTime.from(Instant.now().minus(Duration.ofMinutes(5))));
    }
}
