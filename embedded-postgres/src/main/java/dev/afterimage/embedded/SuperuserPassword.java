package dev.afterimage.embedded;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The password of one server's superuser: random, in a file that only this user can read, and asked for by every
 * connection. Otherwise every user of this machine would be the superuser.
 */
record SuperuserPassword(Path file, String value) {

    private static final int BYTES = 24;
    private static final String HBA = """
            # Written at each start.
            host all all 127.0.0.1/32 scram-sha-256
            host all all ::1/128 scram-sha-256
            host replication all 127.0.0.1/32 scram-sha-256
            host replication all ::1/128 scram-sha-256
            """;

    /** Whether the server in this directory has one: those of older versions have none. */
    static boolean existsAt(Path file) {
        return Files.exists(file);
    }

    /** Reads the file, or makes it with a new password. */
    static SuperuserPassword at(Path file) {
        try {
            if (!Files.exists(file)) {
                write(file, random());
            }
            return new SuperuserPassword(file, Files.readString(file).strip());
        } catch (IOException failure) {
            throw new EmbeddedServerException("cannot read or write the password file " + file, failure);
        }
    }

    private static String random() {
        var bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void write(Path file, String password) throws IOException {
        var half = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(half);
        Files.createFile(half, ownerOnly());
        Files.writeString(half, password + "\n");
        Files.move(half, file);
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Makes the server that starts in this data directory ask everybody for a password. */
    static void require(Path data) {
        try {
            Files.writeString(data.resolve("pg_hba.conf"), HBA);
        } catch (IOException failure) {
            throw new EmbeddedServerException("cannot write pg_hba.conf in " + data, failure);
        }
    }

    @Override
    public String toString() {
        return "password in " + file;
    }
}
