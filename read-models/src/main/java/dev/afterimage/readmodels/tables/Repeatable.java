package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.name;

import dev.afterimage.postgres.DatabaseException;
import dev.afterimage.readmodels.ReadModelException;
import org.jooq.DSLContext;

/**
 * A rebuild must come to the same rows, so neither a default nor a check may depend on when or by whom it is evaluated.
 * PostgreSQL is the judge: it makes an index over such an expression only if every function in it is immutable.
 */
final class Repeatable {

    private static final String PROBE = "afterimage_probe";

    private final DSLContext transaction;
    private final String projection;

    Repeatable(DSLContext transaction, String projection) {
        this.transaction = transaction;
        this.projection = projection;
    }

    /** Every default and check in the draft. */
    void require() {
        refuseIdentities();
        defaults();
        checks();
    }

    private void refuseIdentities() {
        Catalog.text(transaction, """
                        SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                        WHERE c.relnamespace = to_regnamespace(?) AND c.relkind = 'r' AND a.attidentity <> '' LIMIT 1""", Draft.SCHEMA).ifPresent(column -> {
            throw notRepeatable("the default of %s is the next number of its sequence".formatted(column));
        });
    }

    /** A column without a default of its own has that of its domain. */
    private void defaults() {
        transaction.resultQuery("""
                        SELECT c.relname, a.attname, coalesce(pg_get_expr(d.adbin, d.adrelid), pg_get_expr(t.typdefaultbin, 0))
                        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
                          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
                        WHERE c.relnamespace = to_regnamespace(?) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
                          AND a.attgenerated = '' AND (d.oid IS NOT NULL OR t.typdefaultbin IS NOT NULL)""", Draft.SCHEMA).forEach(row -> {
            var table = row.get(0, String.class);
            var expression = row.get(2, String.class);
            var what = "the default of %s.%s is %s".formatted(table, row.get(1), expression);
            if (isThisMoment(expression) || !isImmutable(table, "(%s) IS NOT NULL".formatted(expression))) {
                throw notRepeatable(what);
            }
        });
    }

    private void checks() {
        transaction.resultQuery("""
                        SELECT c.relname, k.conname, pg_get_expr(k.conbin, k.conrelid)
                        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
                        WHERE c.relnamespace = to_regnamespace(?) AND k.contype = 'c'""", Draft.SCHEMA).forEach(row -> {
            var expression = row.get(2, String.class);
            if (isThisMoment(expression) || !isImmutable(row.get(0, String.class), expression)) {
                throw new ReadModelException(
                        projection,
                        "the check %s of %s is %s, whose answer depends on when or by whom it is asked, so a rebuild may fail where the live version did not: check it before the event is recorded"
                                .formatted(row.get(1), row.get(0), row.get(2)));
            }
        });
    }

    /** PostgreSQL replaces 'now' by the moment when the table is made. */
    private boolean isThisMoment(String expression) {
        return Catalog.is(
                transaction,
                "SELECT strpos(?, to_char(now(), 'YYYY-MM-DD HH24:MI:SS')) > 0 OR strpos(?, to_char(now() + interval '0.5 s', 'YYYY-MM-DD HH24:MI:SS')) > 0",
                expression,
                expression);
    }

    private boolean isImmutable(String table, String predicate) {
        var probe = transaction.render(name(Draft.SCHEMA, PROBE));
        transaction.execute("SAVEPOINT probe");
        transaction.execute("CREATE TABLE {0} (LIKE {1})", name(Draft.SCHEMA, PROBE), name(Draft.SCHEMA, table));
        try {
            RawSql.run(transaction, "probing", "CREATE INDEX ON %s ((1)) WHERE %s".formatted(probe, predicate));
            return true;
        } catch (DatabaseException e) {
            return false;
        } finally {
            transaction.execute("ROLLBACK TO SAVEPOINT probe");
            transaction.execute("RELEASE SAVEPOINT probe");
        }
    }

    private ReadModelException notRepeatable(String what) {
        return new ReadModelException(
                projection, what + ", which a rebuild cannot repeat: set the column from the event instead");
    }
}
