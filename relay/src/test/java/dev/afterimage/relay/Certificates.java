package dev.afterimage.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A key and its self-signed certificate, made by the JDK's keytool: as PKCS 12 under the alias that pgjdbc reads. */
record Certificates(Path directory, String name) {

    static final String PASSWORD = "changeit";

    static Certificates make(Path directory, String name) throws Exception {
        var made = new Certificates(directory, name);
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var process = new ProcessBuilder(List.of(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "user",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-sigalg",
                        "SHA256withECDSA",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        made.keyStore().toString()))
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("keytool failed: " + output);
        }
        made.writePem();
        return made;
    }

    Path keyStore() {
        return directory.resolve(name + ".p12");
    }

    Path certificate() {
        return directory.resolve(name + ".crt");
    }

    Path key() {
        return directory.resolve(name + ".key");
    }

    private void writePem() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(keyStore().toFile(), PASSWORD.toCharArray());
        Files.writeString(
                certificate(), pem("CERTIFICATE", store.getCertificate("user").getEncoded()));
        Files.writeString(
                key(),
                pem("PRIVATE KEY", store.getKey("user", PASSWORD.toCharArray()).getEncoded()));
        Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-------"));
    }

    private static String pem(String kind, byte[] content) {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %s-----\n%s\n-----END %1$s-----\n".formatted(kind, lines);
    }
}
