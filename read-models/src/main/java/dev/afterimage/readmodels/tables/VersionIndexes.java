package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.name;

import dev.afterimage.readmodels.ProjectionVersion;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;

/** The indexes of a version that belong to no constraint. */
final class VersionIndexes {

    private final DSLContext transaction;

    VersionIndexes(DSLContext transaction) {
        this.transaction = transaction;
    }

    /** Drops those that only readers need and returns the statements that make them again. */
    List<String> postpone(ProjectionVersion version) {
        var indexes = transaction
                .resultQuery(
                        """
                        SELECT c.relname, pg_get_indexdef(c.oid)
                          || coalesce(format('; COMMENT ON INDEX %I.%I IS %L', n.nspname, c.relname, obj_description(c.oid, 'pg_class')), '')
                        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
                          JOIN pg_namespace n ON n.oid = t.relnamespace
                        WHERE n.nspname = ? AND t.relname = ANY (?) AND NOT i.indisunique AND NOT i.indisexclusion
                        ORDER BY 1""",
                        version.schema(),
                        version.tables().stream().map(version::tableName).toArray(String[]::new))
                .fetch();
        indexes.forEach(row -> transaction.execute("DROP INDEX {0}", name(version.schema(), row.get(0, String.class))));
        return indexes.getValues(1, String.class);
    }

    /** What the SQL says of a table's indexes, to be remembered. */
    static Map<String, Trait> declared(DSLContext transaction, String table) {
        return definitions(transaction, table, table);
    }

    /**
     * Makes those that people made for the version before, where the columns are still there; PostgreSQL names them.
     */
    void inherit(ProjectionVersion version, ProjectionVersion before) {
        var heritage = new Heritage(transaction, version.projection());
        for (var table : version.tables()) {
            var declared = heritage.declared(before, table);
            if (before.tables().contains(table) && !declared.isEmpty()) {
                var there = definitions(transaction, quoted(version, table), quoted(version, table));
                definitions(transaction, quoted(before, table), quoted(version, table)).values().stream()
                        .filter(index -> !declared.containsKey(index.name()))
                        .filter(index -> !there.containsKey(index.name()))
                        .forEach(index -> heritage.run(index.set()));
            }
        }
    }

    /** The indexes of a table as traits of another one, which may be the same. */
    private static Map<String, Trait> definitions(DSLContext transaction, String source, String target) {
        var definitions = new TreeMap<String, Trait>();
        transaction.resultQuery("""
                        SELECT format('%sINDEX', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END),
                          substring(pg_get_indexdef(i.indexrelid) FROM ' USING .*')
                        FROM pg_index i
                        WHERE i.indrelid = to_regclass(?) AND i.indisvalid AND NOT i.indisexclusion
                          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
                          AND NOT EXISTS (SELECT FROM pg_depend d
                            JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                            WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid AND d.refobjsubid > 0
                              AND d.refobjid = i.indrelid AND a.attname NOT IN (
                                SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?) AND NOT attisdropped))""", source, target).forEach(row -> {
            var kind = row.get(0, String.class);
            var definition = row.get(1, String.class);
            var name = kind + definition;
            definitions.put(name, new Trait(name, "yes", "CREATE %s ON %s%s".formatted(kind, target, definition), ""));
        });
        return definitions;
    }

    private String quoted(ProjectionVersion version, String table) {
        return transaction.render(name(version.schema(), version.tableName(table)));
    }
}
