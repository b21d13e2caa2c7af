package dev.afterimage.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The tables, columns and constraints in our schema, by phrases such as {@code table outbox}. */
record SchemaObjects(Set<String> names) {

    static SchemaObjects of(Connection connection) throws SQLException {
        var sql = """
                SELECT c.relname::text, a.attname::text, NULL::text
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
                WHERE c.relnamespace = pg_catalog.to_regnamespace('afterimage'::text)
                  AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
                UNION ALL
                SELECT c.relname::text, NULL, NULL FROM pg_catalog.pg_class c
                WHERE c.relnamespace = pg_catalog.to_regnamespace('afterimage'::text) AND c.relkind IN ('r', 'p')
                UNION ALL
                SELECT c.relname::text, NULL, n.conname::text
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_constraint n ON n.conrelid = c.oid
                WHERE c.relnamespace = pg_catalog.to_regnamespace('afterimage'::text)""";
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var names = new HashSet<String>();
            while (rows.next()) {
                names.add(phrase(rows.getString(1), rows.getString(2), rows.getString(3)));
            }
            return new SchemaObjects(names);
        }
    }

    @SuppressWarnings("NullAway") // two of the three may be null
    private static String phrase(String table, String column, String constraint) {
        if (column != null) {
            return column(table, column);
        }
        return constraint == null ? table(table) : constraint(table, constraint);
    }

    static String table(String name) {
        return "table " + name.toLowerCase(Locale.ROOT);
    }

    static String column(String table, String name) {
        return "column %s.%s".formatted(table.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
    }

    static String constraint(String table, String name) {
        return "constraint %s of %s".formatted(name.toLowerCase(Locale.ROOT), table.toLowerCase(Locale.ROOT));
    }

    Set<String> missing(Set<String> wanted) {
        var missing = new TreeSet<>(wanted);
        missing.removeAll(names);
        return missing;
    }
}
