package dev.afterimage.readmodels;

import static org.jooq.impl.DSL.name;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;

/**
 * Makes and drops the tables of a version. The definition's SQL runs in a scratch schema inside the transaction and
 * each table is made like its scratch twin, so constraints and indexes get names of their own and the SQL stays plain.
 */
final class VersionTables {

    private static final String SCRATCH = "afterimage_scratch";
    private static final String DEPENDENT_OBJECTS = "2BP01";
    private static final Pattern LITERAL = Pattern.compile("'[^']*'");
    private static final Pattern NOT_REPEATABLE = Pattern.compile(
            "\\b(now|current_\\w+|localtime\\w*|nextval|gen_random_uuid|uuidv[47]|random|clock_timestamp|\\w+_timestamp)\\b",
            Pattern.CASE_INSENSITIVE);

    private final DSLContext transaction;

    VersionTables(DSLContext transaction) {
        this.transaction = transaction;
    }

    void create(ProjectionVersion version, ReadModelDefinition definition) {
        transaction.execute("create schema if not exists {0}", name(version.schema()));
        transaction.execute("create schema {0}", name(SCRATCH));
        runInScratch(version, definition.ddl());
        requireTables(version);
        definition.tables().forEach(table -> requireSameKey(version, table));
        for (var table : version.tables()) {
            refuseUnrepeatableDefaults(version, table);
            transaction.execute(
                    "create table {0} (like {1} including all)",
                    name(version.schema(), version.tableName(table)), name(SCRATCH, table));
        }
        dropScratch(version);
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

    private void requireSameKey(ProjectionVersion version, Table<?> table) {
        var inSql =
                transaction.resultQuery("""
                        select a.attname::text from pg_index i
                          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
                        where i.indrelid = to_regclass(?) and i.indisprimary order by 1""", SCRATCH + "." + table.getName()).fetchInto(String.class);
        var inCode = Objects.requireNonNull(table.getPrimaryKey()).getFields().stream()
                .<String>map(Field::getName)
                .sorted()
                .toList();
        if (!inSql.equals(inCode)) {
            throw new ReadModelException(
                    version.projection(),
                    "the primary key of table %s is %s in its SQL and %s in the code: make them the same"
                            .formatted(table.getName(), inSql, inCode));
        }
    }

    /** A rebuild must come to the same rows, so a default may not depend on when it is evaluated. */
    private void refuseUnrepeatableDefaults(ProjectionVersion version, String table) {
        var defaults = transaction.resultQuery("""
                select a.attname::text,
                  case a.attidentity when '' then pg_get_expr(d.adbin, d.adrelid) else 'nextval(its identity)' end
                from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                where a.attrelid = to_regclass(?) and (a.atthasdef or a.attidentity <> '')""", SCRATCH + "." + table);
        for (var row : defaults.fetch()) {
            var outsideOfLiterals = LITERAL.matcher(row.get(1, String.class)).replaceAll("");
            if (NOT_REPEATABLE.matcher(outsideOfLiterals).find()) {
                throw new ReadModelException(
                        version.projection(),
                        "the default of %s.%s is %s, which a rebuild cannot repeat: set the column from the event instead"
                                .formatted(table, row.get(0), row.get(1)));
            }
        }
    }

    /** Without CASCADE: a type that the SQL made as well would take columns of the new tables with it. */
    private void dropScratch(ProjectionVersion version) {
        try {
            version.tables().forEach(table -> transaction.execute("drop table {0}", name(SCRATCH, table)));
            transaction.execute("drop schema {0}", name(SCRATCH));
        } catch (DataAccessException e) {
            if (!e.sqlState().equals(DEPENDENT_OBJECTS)) {
                throw e;
            }
            throw new ReadModelException(
                    version.projection(),
                    "its SQL makes more than tables and indexes; make that in another schema, before: "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
    }

    /** Drops the indexes that only readers need and returns the statements that make them again. */
    List<String> postponeIndexes(ProjectionVersion version) {
        var indexes = transaction.resultQuery(
                """
                select c.relname::text, pg_get_indexdef(c.oid)
                from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
                  join pg_namespace n on n.oid = t.relnamespace
                where n.nspname = ? and t.relname = any (?) and not i.indisunique and not i.indisexclusion
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

    /** Takes away the plain names of those tables that the next version does not have. */
    void hidePlainNames(ProjectionVersion version, ProjectionVersion next) {
        version.tables().stream()
                .filter(table -> !next.tables().contains(table))
                .forEach(table -> transaction.execute("drop view if exists {0}", name(version.schema(), table)));
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
