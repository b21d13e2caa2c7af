package dev.afterimage.proof.upgrade;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which classes of ours a node runs; what is not ours is the same for both. */
enum Version {
    OLD,
    NEW;

    private static final Path OLD_JAR =
            Path.of("old-version", "afterimage-fc1d2f7.jar").toAbsolutePath();

    String classPath() {
        var today = System.getProperty("java.class.path");
        return this == NEW
                ? today
                : Stream.concat(
                                Stream.of(OLD_JAR.toString()),
                                Arrays.stream(today.split(File.pathSeparator)).filter(entry -> !isOurs(Path.of(entry))))
                        .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isOurs(Path entry) {
        return Files.isDirectory(entry) || entry.getFileName().toString().startsWith("afterimage-");
    }
}
