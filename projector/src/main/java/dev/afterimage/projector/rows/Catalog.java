package dev.afterimage.projector.rows;

import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** What the catalog says of the columns of one table, in the table's order. */
final class Catalog {

    private static final String COLUMNS = """
            with recursive step (attnum, type, typmod, is_checked, is_required, depth) as (
              select attnum, atttypid, atttypmod, false, false, 0 from pg_attribute
              where attrelid = ?::regclass and attnum > 0 and not attisdropped
              union all
              select s.attnum, t.typbasetype, t.typtypmod,
                s.is_checked or exists (select from pg_constraint c where c.contypid = t.oid and c.contype = 'c'),
                s.is_required or t.typnotnull, s.depth + 1
              from step s join pg_type t on t.oid = s.type and t.typtype = 'd'),
            base as (select distinct on (attnum) * from step order by attnum, depth desc)
            select a.attname::text as name, format_type(a.atttypid, a.atttypmod) as declared,
              case when coalesce(e.typnamespace, t.typnamespace) = 'pg_catalog'::regnamespace
                and coalesce(e.typtype, t.typtype) = 'b' then coalesce(e.typname, t.typname)::text else '' end as type,
              e.oid is not null as is_array, format_type(t.oid, -1) as cast_to, format_type(t.oid, b.typmod) as sql,
              b.typmod, b.is_checked, a.attnotnull or b.is_required as is_required, b.is_required as by_domain,
              array(select enumlabel::text from pg_enum where enumtypid = coalesce(e.oid, t.oid)) as labels,
              a.attgenerated <> '' as is_generated, a.attidentity = 'a' as is_identity,
              pg_get_expr(d.adbin, d.adrelid) as expression, coalesce(l.collisdeterministic, true) as deterministic,
              exists (select from pg_index i where i.indrelid = a.attrelid
                and (i.indisunique or i.indisexclusion) and i.indimmediate and not i.indisprimary
                and (a.attnum = any (i.indkey) or i.indexprs is not null or i.indpred is not null
                  or exists (select from pg_attribute g where g.attrelid = i.indrelid and g.attnum = any (i.indkey)
                    and g.attgenerated <> ''))) as is_unique
            from pg_attribute a
              join base b on b.attnum = a.attnum
              join pg_type t on t.oid = b.type
              left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
              left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
              left join pg_collation l on l.oid = a.attcollation
            where a.attrelid = ?::regclass and a.attnum > 0 and not a.attisdropped
            order by a.attnum""";

    private Catalog() {}

    /**
     * One column.
     *
     * @param declared the type as the table names it
     * @param isRequired whether the column or its domain is NOT NULL
     * @param isRequiredByDomain whether its domain is
     * @param isWritten whether we write it; PostgreSQL computes the others itself
     * @param expression of a generated column or a default
     * @param isDeterministic whether texts are equal only if they have the same bytes
     * @param isUnique whether a unique index or an exclusion may refuse values of the column, or what is computed of it
     */
    record Entry(
            String name,
            String declared,
            ColumnType type,
            boolean isRequired,
            boolean isRequiredByDomain,
            boolean isGenerated,
            boolean isWritten,
            @Nullable String expression,
            boolean isDeterministic,
            boolean isUnique) {

        /** The expression of a default. */
        @Nullable
        String defaultExpression() {
            return isGenerated ? null : expression;
        }
    }

    static List<Entry> columns(DSLContext context, String quotedName) {
        return context.resultQuery(COLUMNS, quotedName, quotedName).fetch(Catalog::entry);
    }

    private static Entry entry(Record row) {
        boolean isGenerated = is(row, "is_generated");
        return new Entry(
                text(row, "name"),
                text(row, "declared"),
                new ColumnType(
                        text(row, "type"),
                        is(row, "is_array"),
                        text(row, "cast_to"),
                        text(row, "sql"),
                        row.get("typmod", Integer.class),
                        Set.of(row.get("labels", String[].class)),
                        is(row, "is_checked")),
                is(row, "is_required"),
                is(row, "by_domain"),
                isGenerated,
                !isGenerated && !is(row, "is_identity"),
                row.get("expression", String.class),
                is(row, "deterministic"),
                is(row, "is_unique"));
    }

    private static String text(Record row, String column) {
        return row.get(column, String.class);
    }

    private static boolean is(Record row, String column) {
        return row.get(column, Boolean.class);
    }
}
