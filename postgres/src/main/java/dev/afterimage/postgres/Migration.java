package dev.afterimage.postgres;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** One numbered SQL file, such as {@code V1__outbox.sql}. */
record Migration(int version, String fileName, String sql) {

    private static final Pattern NEEDS = Pattern.compile("^-- needs: (\\d+)$", Pattern.MULTILINE);

    private static final Pattern FILE_NAME = Pattern.compile("V(\\d+)__[a-z0-9_]+\\.sql");
    private static final Pattern COMMENT = Pattern.compile("--[^\n]*");
    private static final Pattern MADE_TABLE = words("CREATE TABLE (?:IF NOT EXISTS )?(?:afterimage\\.)?(\\w+)");
    private static final Pattern DROPPED_TABLE = words("DROP TABLE (?:IF EXISTS )?(?:afterimage\\.)?(\\w+)");
    private static final Pattern CHANGED_TABLE = words("ALTER TABLE (?:ONLY )?(?:afterimage\\.)?(\\w+) ([^;]*)");
    private static final Pattern ADDED = words("ADD (COLUMN|CONSTRAINT) (?:IF NOT EXISTS )?(\\w+)");

    private static Pattern words(String words) {
        return Pattern.compile("\\b" + words.replace(" ", "\\s+"), Pattern.CASE_INSENSITIVE);
    }

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

    /** The tables, columns and constraints that the file names, as {@link SchemaObjects} does; it may make others. */
    Set<String> makes() {
        var made = new TreeSet<>(tables(MADE_TABLE));
        CHANGED_TABLE
                .matcher(withoutComments())
                .results()
                .forEach(change -> ADDED.matcher(change.group(2))
                        .results()
                        .map(added -> added.group(1).equalsIgnoreCase("COLUMN")
                                ? SchemaObjects.column(change.group(1), added.group(2))
                                : SchemaObjects.constraint(change.group(1), added.group(2)))
                        .forEach(made::add));
        return made;
    }

    Set<String> madeTables() {
        return tables(MADE_TABLE);
    }

    Set<String> droppedTables() {
        return tables(DROPPED_TABLE);
    }

    private Set<String> tables(Pattern pattern) {
        var names = new TreeSet<String>();
        pattern.matcher(withoutComments())
                .results()
                .map(match -> SchemaObjects.table(match.group(1)))
                .forEach(names::add);
        return names;
    }

    /** The text, so that another statement can follow. */
    String statements() {
        var text = sql.strip();
        return text.endsWith(";") ? text + "\n" : text + "\n;\n";
    }

    private String withoutComments() {
        return COMMENT.matcher(sql).replaceAll("");
    }
}
