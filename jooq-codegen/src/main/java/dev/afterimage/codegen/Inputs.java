package dev.afterimage.codegen;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jooq.Constants;

/** Everything that decides what is generated, as one hash. */
final class Inputs {

    private Inputs() {}

    /** SHA-256, in hexadecimal, over the arguments, the SQL, jOOQ's version and our way of calling it. */
    static String fingerprint(List<SchemaSource> schemas) {
        var digest = sha256();
        add(digest, Constants.FULL_VERSION);
        add(digest, HexFormat.of().formatHex(sha256().digest(classFile(JooqConfiguration.class))));
        for (var schema : schemas) {
            add(digest, schema.schema());
            add(digest, schema.javaPackage());
            for (var file : schema.files()) {
                add(digest, file.name());
                add(digest, file.sql());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    /** With its length before it, so that two texts are not another two that read the same. */
    private static void add(MessageDigest digest, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }

    private static byte[] classFile(Class<?> type) {
        try (var bytes = Objects.requireNonNull(type.getResourceAsStream(type.getSimpleName() + ".class"))) {
            return bytes.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
