package dev.afterimage.embedded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * PostgreSQL's programs that are installed on this machine, instead of those from the jar, so that our suites can run
 * against another version: the environment variable {@code AFTERIMAGE_TEST_POSTGRES_BIN} names their directory.
 */
record OtherBinaries(Path bin) {

    static final String VARIABLE = "AFTERIMAGE_TEST_POSTGRES_BIN";

    /** Empty if the bundled programs are to be used. */
    static Optional<OtherBinaries> chosen() {
        var named = System.getenv(VARIABLE);
        if (named == null || named.isBlank()) {
            return Optional.empty();
        }
        var bin = Path.of(named);
        if (!Files.isExecutable(bin.resolve("initdb"))) {
            throw new EmbeddedServerException(
                    "%s must name a directory with initdb and postgres, was %s".formatted(VARIABLE, bin));
        }
        return Optional.of(new OtherBinaries(bin));
    }

    /** The library names what it unpacks by the digest of the archive; of this one it finds all unpacked already. */
    InputStream archive() {
        return new ByteArrayInputStream(content());
    }

    /** Puts the programs where the library unpacks them. */
    void linkInto(Path cache) {
        try {
            var unpacked = Files.createDirectories(cache.resolve("PG-" + digest()));
            linkOnce(unpacked.resolve("bin"), bin);
            Files.write(unpacked.resolve(".exists"), new byte[0]);
        } catch (IOException failure) {
            throw new EmbeddedServerException("cannot use %s as %s says".formatted(bin, VARIABLE), failure);
        }
    }

    private static void linkOnce(Path link, Path target) throws IOException {
        try {
            Files.createSymbolicLink(link, target);
        } catch (FileAlreadyExistsException done) {
            // By another JVM, or at an earlier start.
        }
    }

    private byte[] content() {
        return bin.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String digest() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has MD5", e);
        }
    }
}
