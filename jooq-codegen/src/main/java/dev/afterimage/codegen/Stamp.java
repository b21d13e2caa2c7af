package dev.afterimage.codegen;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What the last run left in a directory: the fingerprint of its inputs, and each file with its own hash. */
final class Stamp {

    private static final String NAME = ".jooq-classes.sha256";
    private static final int HASH_LENGTH = 64;
    private static final String GAP = "  ";

    private final Path directory;
    private final List<String> lines;

    private Stamp(Path directory, List<String> lines) {
        this.directory = directory;
        this.lines = lines;
    }

    /** Empty if there was no run. */
    static Stamp in(Path directory) {
        try {
            var file = directory.resolve(NAME);
            return new Stamp(directory, Files.exists(file) ? Files.readAllLines(file) : List.of());
        } catch (IOException unreadable) {
            return new Stamp(directory, List.of());
        }
    }

    static void write(Path directory, String fingerprint, List<String> files) throws IOException {
        var lines = new ArrayList<String>();
        lines.add(fingerprint);
        for (var file : files) {
            lines.add(hash(directory.resolve(file)) + GAP + file);
        }
        Files.createDirectories(directory);
        Files.write(directory.resolve(NAME), lines, StandardCharsets.UTF_8);
    }

    /** Whether these inputs made the files, and nobody has changed or deleted one since. */
    boolean isOf(String fingerprint) {
        return !lines.isEmpty()
                && lines.getFirst().equals(fingerprint)
                && lines.stream().skip(1).allMatch(this::isIntact);
    }

    /** As they were written, relative to the directory. */
    List<String> files() {
        return lines.stream().skip(1).map(Stamp::file).toList();
    }

    private boolean isIntact(String line) {
        try {
            var file = directory.resolve(file(line));
            return Files.exists(file) && line.startsWith(hash(file));
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static String file(String line) {
        return line.substring(HASH_LENGTH + GAP.length());
    }

    private static String hash(Path file) throws IOException {
        return HexFormat.of().formatHex(Inputs.sha256().digest(Files.readAllBytes(file)));
    }
}
