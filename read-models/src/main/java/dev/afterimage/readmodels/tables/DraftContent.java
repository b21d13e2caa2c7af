package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.name;

import dev.afterimage.readmodels.ReadModelException;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;

/** Compares what the SQL made with what the code names, and refuses what no version could have. */
final class DraftContent {

    private final DSLContext transaction;
    private final String projection;

    DraftContent(DSLContext transaction, String projection) {
        this.transaction = transaction;
        this.projection = projection;
    }

    /** The tables of the code, each with the primary key that the code knows, and no others. */
    void requireTables(List<? extends Table<?>> tables) {
        var made = Catalog.texts(
                transaction, "SELECT tablename FROM pg_tables WHERE schemaname = ? ORDER BY 1", Draft.SCHEMA);
        var named = tables.stream().<String>map(Table::getName).sorted().toList();
        if (!made.equals(named)) {
            throw refused(
                    "its SQL creates the tables %s and the code names %s: make them the same".formatted(made, named));
        }
        tables.forEach(this::requireSameKey);
    }

    private void requireSameKey(Table<?> table) {
        var inSql = Catalog.texts(transaction, """
                SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                WHERE i.indrelid = to_regclass(?) AND i.indisprimary ORDER BY a.attname COLLATE "C\"""", Draft.SCHEMA + "." + table.getName());
        var inCode = Objects.requireNonNull(table.getPrimaryKey()).getFields().stream()
                .<String>map(Field::getName)
                .sorted()
                .toList();
        if (!inSql.equals(inCode)) {
            throw refused("the primary key of table %s is %s in its SQL and %s in the code: make them the same"
                    .formatted(table.getName(), inSql, inCode));
        }
    }

    /** What would be lost, or would make two folds of the same events differ. */
    void refuseOthers() {
        refuse(others(), "its SQL makes more than tables and indexes: %s; make that in another schema, before");
        refuse(behaviour(), "its SQL makes the %s, which would change rows behind the projection's back: take it away");
        refuse(elsewhere(), "its SQL makes or changes %s, outside of its own tables; do that before");
        refuse(
                unlogged(),
                "its SQL makes the unlogged table %s, which a crash empties while its checkpoint stays: leave UNLOGGED away");
        refuse(
                forced(),
                "its SQL forces row level security of table %s, which would hide rows from the projection itself: leave FORCE away");
        Catalog.texts(transaction, "SELECT tablename FROM pg_tables WHERE schemaname = ? ORDER BY 1", Draft.SCHEMA)
                .forEach(this::refuseRows);
    }

    private List<String> others() {
        return Catalog.texts(transaction, """
                SELECT replace(pg_describe_object(d.classid, d.objid, d.objsubid), ?, '')
                FROM pg_depend d LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
                WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = to_regnamespace(?)
                  AND d.classid <> 'pg_statistic_ext'::regclass AND c.relkind IS DISTINCT FROM 'r'
                ORDER BY 1""", Draft.SCHEMA + ".", Draft.SCHEMA);
    }

    private List<String> elsewhere() {
        return Catalog.texts(transaction, """
                WITH made AS (
                  SELECT 'pg_class'::regclass AS class, oid, relnamespace AS namespace, xmin FROM pg_class
                  UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace, xmin FROM pg_proc
                  UNION ALL SELECT 'pg_namespace'::regclass, oid, 0::oid, xmin FROM pg_namespace
                  UNION ALL SELECT 'pg_extension'::regclass, oid, 0::oid, xmin FROM pg_extension)
                SELECT pg_describe_object(class, oid, 0) FROM made
                WHERE xmin = pg_current_xact_id()::xid AND oid <> to_regnamespace(?)
                  AND namespace NOT IN (to_regnamespace(?), 'pg_toast'::regnamespace) ORDER BY 1""", Draft.SCHEMA, Draft.SCHEMA);
    }

    private List<String> behaviour() {
        return Catalog.texts(transaction, """
                WITH made AS (SELECT oid, relname, relkind FROM pg_class WHERE relnamespace = to_regnamespace(?))
                SELECT 'foreign key ' || k.conname || ' of ' || m.relname FROM pg_constraint k
                  JOIN made m ON m.oid = k.conrelid WHERE k.contype = 'f'
                UNION ALL SELECT 'trigger ' || t.tgname || ' of ' || m.relname FROM pg_trigger t
                  JOIN made m ON m.oid = t.tgrelid WHERE NOT t.tgisinternal
                UNION ALL SELECT 'rule ' || r.rulename || ' of ' || m.relname FROM pg_rewrite r
                  JOIN made m ON m.oid = r.ev_class
                UNION ALL SELECT 'inheritance of ' || m.relname FROM pg_inherits i JOIN made m ON m.oid = i.inhrelid""", Draft.SCHEMA);
    }

    private List<String> unlogged() {
        return Catalog.texts(
                transaction,
                "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(?) AND relkind = 'r' AND relpersistence <> 'p'",
                Draft.SCHEMA);
    }

    private List<String> forced() {
        return Catalog.texts(
                transaction,
                "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(?) AND relforcerowsecurity",
                Draft.SCHEMA);
    }

    private void refuseRows(String table) {
        if (transaction
                .resultQuery("SELECT 1 FROM {0} LIMIT 1", name(Draft.SCHEMA, table))
                .fetch()
                .isNotEmpty()) {
            throw refused("its SQL puts rows into %s: rows of a read model come from events only".formatted(table));
        }
    }

    private void refuse(List<String> what, String problem) {
        if (!what.isEmpty()) {
            throw refused(problem.formatted(String.join(", ", what)));
        }
    }

    private ReadModelException refused(String problem) {
        return new ReadModelException(projection, problem);
    }
}
