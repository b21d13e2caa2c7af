package dev.afterimage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class RootUserTest {

    @TempDir
    Path directory;

    @Test
    void root_without_unshare_is_told_what_to_do() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "runs as root only");
        var unshare = Files.createFile(
                directory.resolve("unshare"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(unshare, "#!/bin/sh\nexit 1\n");

        var ended =
                ChildJvm.startAndHalt(directory.resolve("pg"), directory + File.pathSeparator + System.getenv("PATH"));

        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.output())
                .contains("PostgreSQL refuses to run as root and `unshare` is blocked here: "
                        + "run as an ordinary user, or pass --jdbc-url");
    }
}
