package dev.afterimage.readmodels;

import static org.jooq.impl.DSL.name;

import java.util.List;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.Name;
import org.jooq.exception.DataAccessException;

/**
 * Makes and drops the tables of a version. The definition's SQL runs in a scratch schema inside the transaction and
 * each table is made like its scratch twin, so constraints and indexes get names of their own and the SQL stays plain.
 */
final class VersionTables {

    private static final String SCRATCH = "afterimage_scratch";
    private static final Pattern NOT_REPEATABLE = Pattern.compile(
            "\\b(now|current_\\w+|localtime\\w*|nextval|gen_random_uuid|uuidv[47]|random|clock_timestamp|\\w+_timestamp)\\b",
            Pattern.CASE_INSENSITIVE);

    private final DSLContext transaction;

    VersionTables(DSLContext transaction) {
        this.transaction = transaction;
    }

    void create(ProjectionVersion version, String ddl) {
        transaction.execute("create schema if not exists {0}", name(version.schema()));
        transaction.execute("create schema {0}", name(SCRATCH));
        runInScratch(version, ddl);
        requireTables(version);
        for (var table : version.tables()) {
            refuseUnrepeatableDefaults(version, table);
            transaction.execute(
                    "create table {0} (like {1} including all)",
                    name(version.schema(), version.tableName(table)), name(SCRATCH, table));
        }
        transaction.execute("drop schema {0} cascade", name(SCRATCH));
    }

    private void runInScratch(ProjectionVersion version, String ddl) {
        var before = transaction.fetchValue("select current_setting('search_path')");
        transaction.execute("set local search_path to {0}", name(SCRATCH));
        try {
            transaction.connection(connection -> {
                try (var statement = connection.createStatement()) {
                    statement.execute(ddl);
                }
            });
        } catch (DataAccessException e) {
            throw new ReadModelException(
                    version.projection(),
                    "its SQL does not run: " + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
        transaction.execute("select set_config('search_path', ?, true)", before);
    }

    private void requireTables(ProjectionVersion version) {
        var made = transaction
                .resultQuery("select tablename::text from pg_tables where schemaname = ? order by 1", SCRATCH)
                .fetchInto(String.class);
        if (!made.equals(version.tables())) {
            throw new ReadModelException(
                    version.projection(),
                    "its SQL creates the tables %s and the code names %s: make them the same"
                            .formatted(made, version.tables()));
        }
    }

    /** A rebuild must come to the same rows, so a default may not depend on when it is evaluated. */
    private void refuseUnrepeatableDefaults(ProjectionVersion version, String table) {
        var defaults = transaction.resultQuery("""
                select a.attname::text, pg_get_expr(d.adbin, d.adrelid)
                from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
                where d.adrelid = to_regclass(?)""", SCRATCH + "." + table);
        for (var row : defaults.fetch()) {
            if (NOT_REPEATABLE.matcher(row.get(1, String.class)).find()) {
                throw new ReadModelException(
                        version.projection(),
                        "the default of %s.%s is %s, which a rebuild cannot repeat: set the column from the event instead"
                                .formatted(table, row.get(0), row.get(1)));
            }
        }
    }

    /** Drops the indexes that only readers need and returns the statements that make them again. */
    List<String> postponeIndexes(ProjectionVersion version) {
        var indexes = transaction.resultQuery(
                """
                select c.relname::text, pg_get_indexdef(c.oid)
                from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
                  join pg_namespace n on n.oid = t.relnamespace
                where n.nspname = ? and t.relname = any (?) and not i.indisunique
                order by 1""",
                version.schema(),
                version.tables().stream().map(version::tableName).toArray(String[]::new));
        var statements = indexes.fetch();
        statements.forEach(row ->
                transaction.execute("drop index {0}", name(version.schema(), row.get(0, String.class))));
        return statements.getValues(1, String.class);
    }

    void analyze(ProjectionVersion version) {
        tableNames(version).forEach(table -> transaction.execute("analyze {0}", table));
    }

    /** Shows a version under the plain names, to everyone who reads with SQL. */
    void showUnderPlainNames(ProjectionVersion version) {
        for (var table : version.tables()) {
            var view = name(version.schema(), table);
            if (!sameColumns(version, table)) {
                transaction.execute("drop view if exists {0}", view);
            }
            transaction.execute(
                    "create or replace view {0} as select * from {1}",
                    view, name(version.schema(), version.tableName(table)));
        }
    }

    private boolean sameColumns(ProjectionVersion version, String table) {
        var columns = """
                select coalesce(array_agg(attname || ' ' || format_type(atttypid, atttypmod) order by attnum)::text, '')
                from pg_attribute where attrelid = to_regclass(?) and attnum > 0 and not attisdropped""";
        var view = Single.value(transaction.resultQuery(columns, quoted(version.schema(), table)), String.class);
        var made = Single.value(
                transaction.resultQuery(columns, quoted(version.schema(), version.tableName(table))), String.class);
        return view.equals(made);
    }

    private String quoted(String schema, String table) {
        return transaction.render(name(schema, table));
    }

    void drop(ProjectionVersion version) {
        tableNames(version).forEach(table -> transaction.execute("drop table if exists {0}", table));
    }

    private static List<Name> tableNames(ProjectionVersion version) {
        return version.tables().stream()
                .map(table -> name(version.schema(), version.tableName(table)))
                .toList();
    }
}
