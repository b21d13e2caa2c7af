package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.name;

import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.readmodels.ReadModelException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Table;

/**
 * What a definition's SQL makes, in a schema where nothing else is. The SQL runs twice, in time zones that never have
 * the same date: what comes out differently depends on when and where it runs.
 */
final class Draft {

    static final String SCHEMA = "afterimage_draft";
    private static final String EARLIEST = "Etc/GMT+12";
    private static final String LATEST = "Etc/GMT-14";

    private final DSLContext transaction;
    private final String projection;

    Draft(DSLContext transaction, String projection) {
        this.transaction = transaction;
        this.projection = projection;
    }

    /** Leaves the tables in the schema, checked; the caller takes them away from there. */
    void make(String ddl, List<? extends Table<?>> tables) {
        transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended('afterimage draft', 0))");
        makeSchema();
        transaction.execute("SAVEPOINT draft");
        run(ddl, EARLIEST);
        var first = definitions();
        transaction.execute("ROLLBACK TO SAVEPOINT draft");
        transaction.execute("RELEASE SAVEPOINT draft");
        run(ddl, LATEST);
        var content = new DraftContent(transaction, projection);
        content.requireTables(tables);
        requireSame(first, definitions());
        new Repeatable(transaction, projection).require();
        content.refuseOthers();
    }

    /** Databases where somebody else applies the migrations have the schema already. */
    private void makeSchema() {
        if (Catalog.text(transaction, "SELECT to_regnamespace(?)::text", SCHEMA).isEmpty()) {
            transaction.execute("CREATE SCHEMA {0}", name(SCHEMA));
        }
        requirePrivilege();
    }

    /** PostgreSQL leaves a schema out of the search path where the role may not create, and names no privilege then. */
    private void requirePrivilege() {
        Catalog.text(
                        transaction,
                        "SELECT quote_ident(current_user) WHERE NOT has_schema_privilege(?, 'CREATE')",
                        SCHEMA)
                .ifPresent(role -> {
                    throw new ReadModelException(
                            projection,
                            "role %s may not make tables in schema %s: run a node with the role that ran init, which README.md lists under Grants"
                                    .formatted(role, SCHEMA));
                });
    }

    /** As text of a procedure: PostgreSQL refuses there what would end the transaction. */
    private void run(String ddl, String timeZone) {
        transaction.execute(
                "SELECT set_config('search_path', ?, true), set_config('TimeZone', ?, true), set_config('afterimage.ddl', ?, true)",
                SCHEMA,
                timeZone,
                ddl);
        try {
            RawSql.run(transaction, "its SQL", "DO $$ BEGIN EXECUTE current_setting('afterimage.ddl'); END $$");
        } catch (DatabaseException e) {
            throw new ReadModelException(projection, "its SQL does not run: " + e.getMessage(), e);
        }
        transaction.execute(
                "SELECT set_config('search_path', 'pg_catalog', true), set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true)");
    }

    private Map<String, String> definitions() {
        var definitions = new LinkedHashMap<String, String>();
        transaction
                .resultQuery("""
                        SELECT 'the default of ' || c.relname || '.' || a.attname, pg_get_expr(d.adbin, d.adrelid)
                        FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid
                          JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                        WHERE c.relnamespace = to_regnamespace(?)
                        UNION ALL
                        SELECT 'the constraint ' || k.conname || ' of ' || c.relname, pg_get_constraintdef(k.oid)
                        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.connamespace = to_regnamespace(?)
                        UNION ALL
                        SELECT 'the index ' || c.relname, pg_get_indexdef(c.oid)
                        FROM pg_class c WHERE c.relkind = 'i' AND c.relnamespace = to_regnamespace(?)""", SCHEMA, SCHEMA, SCHEMA)
                .forEach(row -> definitions.put(row.get(0, String.class), row.get(1, String.class)));
        return definitions;
    }

    private void requireSame(Map<String, String> first, Map<String, String> second) {
        second.forEach((what, definition) -> {
            if (!definition.equals(first.get(what))) {
                throw new ReadModelException(
                        projection,
                        "%s is %s or %s, depending on when and in which time zone the SQL runs, which a rebuild cannot repeat: write the moment with its time zone, or set the column from the event instead"
                                .formatted(what, first.get(what), definition));
            }
        });
    }
}
