package dev.afterimage.codegen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;

/** Puts freshly generated files in place of those of the last run, and touches nothing else in the directory. */
final class GeneratedFiles {

    private GeneratedFiles() {}

    /** Returns the number of tables among the files. An unchanged file keeps its time, so it is not compiled again. */
    static int replace(Target target, Path fresh) throws IOException {
        var files = in(fresh);
        for (var old : Stamp.in(target.out()).files()) {
            if (!files.contains(old)) {
                Files.deleteIfExists(target.out().resolve(old));
            }
        }
        for (var file : files) {
            copyIfChanged(fresh.resolve(file), target.out().resolve(file));
        }
        Stamp.write(target.out(), Inputs.fingerprint(target.schemas()), files);
        return (int) files.stream().filter(GeneratedFiles::isTable).count();
    }

    static void deleteTree(Path directory) throws IOException {
        try (var entries = Files.walk(directory)) {
            for (var entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }

    /** Relative to the directory, with slashes, sorted. */
    private static List<String> in(Path directory) throws IOException {
        try (var entries = Files.walk(directory)) {
            return entries.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isTable(String file) {
        return file.matches("(.*/)?tables/[^/]+\\.java");
    }

    private static void copyIfChanged(Path from, Path to) throws IOException {
        if (Files.notExists(to) || Files.mismatch(from, to) >= 0) {
            Files.createDirectories(to.getParent());
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
