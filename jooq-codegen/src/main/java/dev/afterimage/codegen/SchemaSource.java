package dev.afterimage.codegen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** One PostgreSQL schema: the SQL that creates its tables, and the Java package of its classes. */
record SchemaSource(String schema, String javaPackage, Path sql) {

    private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
    private static final Pattern PACKAGE = Pattern.compile("[a-z_][a-zA-Z0-9_]*(\\.[a-z_][a-zA-Z0-9_]*)*");

    SchemaSource {
        require(schema, SCHEMA, "schema");
        require(javaPackage, PACKAGE, "Java package");
    }

    /** In the order in which they run; at least one. */
    List<SqlFile> files() {
        if (Files.isRegularFile(sql)) {
            return List.of(SqlFile.read(sql));
        }
        try (var entries = Files.list(sql)) {
            var files = entries.filter(file -> file.toString().endsWith(".sql"))
                    .sorted(SqlOrder.BY_VERSION_THEN_NAME)
                    .map(SqlFile::read)
                    .toList();
            if (files.isEmpty()) {
                throw new CodegenException("schema %s: no *.sql in %s".formatted(schema, sql.toAbsolutePath()), null);
            }
            return files;
        } catch (IOException absent) {
            throw new CodegenException(
                    "schema %s: cannot read %s, expected a directory of *.sql or a file"
                            .formatted(schema, sql.toAbsolutePath()),
                    absent);
        }
    }

    private static void require(String value, Pattern pattern, String what) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException("%s must match %s, was '%s'".formatted(what, pattern, value));
        }
    }
}
