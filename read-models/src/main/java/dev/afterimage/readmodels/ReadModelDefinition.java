package dev.afterimage.readmodels;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jooq.Table;

/**
 * What a projection's tables are.
 *
 * @param projection its name
 * @param revision raised by the developer when the fold or the tables change
 * @param tables as jOOQ generated them, under their plain names, in one schema
 * @param ddl plain {@code CREATE TABLE} and {@code CREATE INDEX} statements without schema names
 */
public record ReadModelDefinition(String projection, int revision, List<Table<?>> tables, String ddl) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

    public ReadModelDefinition {
        if (!NAME.matcher(projection).matches()) {
            throw new IllegalArgumentException(
                    "projection name must be 1..40 lower-case letters, digits and underscores, was \"%s\""
                            .formatted(projection));
        }
        if (revision < 1) {
            throw new IllegalArgumentException(
                    "revision of projection %s must be 1 or more, was %d".formatted(projection, revision));
        }
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("projection %s has no tables: name at least one".formatted(projection));
        }
        tables = List.copyOf(tables);
        for (var table : tables) {
            requireUsable(projection, table);
        }
        requireOneSchema(projection, tables);
    }

    private static void requireUsable(String projection, Table<?> table) {
        if (!NAME.matcher(table.getName()).matches()) {
            throw new IllegalArgumentException(
                    "table of projection %s must have a name of 1..40 lower-case letters, digits and underscores, was \"%s\""
                            .formatted(projection, table.getName()));
        }
        if (table.getPrimaryKey() == null) {
            throw new IllegalArgumentException(
                    "table %s of projection %s has no primary key: add one".formatted(table.getName(), projection));
        }
        if (table.getSchema() == null) {
            throw new IllegalArgumentException(
                    "table %s of projection %s has no schema: generate its jOOQ class with one"
                            .formatted(table.getName(), projection));
        }
    }

    private static void requireOneSchema(String projection, List<Table<?>> tables) {
        var schemas = tables.stream()
                .<String>map(table -> Objects.requireNonNull(table.getSchema()).getName())
                .distinct()
                .toList();
        if (schemas.size() > 1) {
            throw new IllegalArgumentException(
                    "tables of projection %s are in the schemas %s: put them into one".formatted(projection, schemas));
        }
    }

    public String schemaName() {
        return Objects.requireNonNull(tables.getFirst().getSchema()).getName();
    }

    public List<String> tableNames() {
        return tables.stream().<String>map(Table::getName).sorted().toList();
    }

    /** Tells whether the tables changed without a new revision. */
    public String checksum() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(ddl.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
