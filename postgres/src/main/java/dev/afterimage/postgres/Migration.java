package dev.afterimage.postgres;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** One numbered SQL file, such as {@code V1__outbox.sql}. */
record Migration(int version, String fileName, String sql) {

    private static final Pattern NEEDS = Pattern.compile("^-- needs: (\\d+)$", Pattern.MULTILINE);

    private static final Pattern FILE_NAME = Pattern.compile("V(\\d+)__[a-z0-9_]+\\.sql");

    static Migration of(String fileName, String sql) {
        var matcher = FILE_NAME.matcher(fileName);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "migration \"%s\" must be named like V1__outbox.sql".formatted(fileName));
        }
        return new Migration(Integer.parseInt(matcher.group(1)), fileName, sql);
    }

    /**
     * The oldest code that may run on what this file makes, as the number of the last file that it knows. A file that
     * takes something away says so in a line such as {@code -- needs: 3}; all others leave the first version running.
     */
    int needs() {
        var needs = NEEDS.matcher(sql);
        return needs.find() ? Integer.parseInt(needs.group(1)) : 1;
    }

    /** SHA-256 of the text, with line ends made equal: a checkout may change them. */
    String checksum() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(sql.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
