package dev.afterimage.readmodels.tables;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jooq.DSLContext;

/**
 * Reads what relations have beside columns and constraints: owner, privileges, comments, storage options, row level
 * security, statistics targets.
 */
final class Traits {

    /** The parameters are those of {@link #of}; relations are quoted. */
    private static final String SQL = """
            WITH source AS (SELECT c.* FROM pg_class c WHERE c.oid = to_regclass(?)),
            target AS (SELECT ?::text AS columns_of, ?::text AS name, ?::text AS kind),
            source_column AS (
              SELECT a.* FROM pg_attribute a JOIN source ON source.oid = a.attrelid
              WHERE a.attnum > 0 AND NOT a.attisdropped AND EXISTS (SELECT FROM pg_attribute b, target
                WHERE b.attrelid = to_regclass(target.columns_of) AND b.attname = a.attname AND NOT b.attisdropped)),
            access AS (
              SELECT a.privilege_type, a.grantee, bool_or(a.is_grantable) AS again, '' AS columns, '' AS named
              FROM source, aclexplode(relacl) a WHERE a.grantee <> relowner GROUP BY 1, 2
              UNION ALL
              SELECT a.privilege_type, a.grantee, bool_or(a.is_grantable), format(' (%I)', attname), format(' (%I)', attname)
              FROM source_column, source, aclexplode(attacl) a WHERE a.grantee <> source.relowner GROUP BY 1, 2, attname),
            option AS (
              SELECT '' AS prefix, o.* FROM source, pg_options_to_table(reloptions) o
              UNION ALL
              SELECT 'toast.', o.* FROM source JOIN pg_class t ON t.oid = source.reltoastrelid, pg_options_to_table(t.reloptions) o),
            policy AS (
              SELECT format('%I', polname) AS name, format('AS %s FOR %s TO %s', CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
                  CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                  (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ' ORDER BY r) FROM unnest(polroles) r))
                || coalesce(' USING (' || pg_get_expr(polqual, polrelid) || ')', '')
                || coalesce(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', '') AS definition
              FROM pg_policy JOIN source ON source.oid = polrelid)
            SELECT 'owner', pg_get_userbyid(relowner)::text, format('ALTER TABLE %s OWNER TO %I', name, pg_get_userbyid(relowner)), ''
            FROM source, target
            UNION ALL
            SELECT 'comment', d, format('COMMENT ON %s %s IS %L', kind, name, d), format('COMMENT ON %s %s IS NULL', kind, name)
            FROM target, source, obj_description(source.oid, 'pg_class') d WHERE d IS NOT NULL
            UNION ALL
            SELECT format('comment of %I', attname), d, format('COMMENT ON COLUMN %s.%I IS %L', name, attname, d),
              format('COMMENT ON COLUMN %s.%I IS NULL', name, attname)
            FROM target, source_column, col_description(attrelid, attnum) d WHERE d IS NOT NULL
            UNION ALL
            SELECT format('option %s%s', prefix, option_name), option_value,
              format('ALTER TABLE %s SET (%s%I = %L)', name, prefix, option_name, option_value),
              format('ALTER TABLE %s RESET (%s%I)', name, prefix, option_name)
            FROM target, option
            UNION ALL
            SELECT format('grant %s%s to %s', privilege_type, named, role), CASE WHEN again THEN 'with grant option' ELSE 'yes' END,
              format('GRANT %s%s ON %s TO %s%s', privilege_type, columns, name, role, CASE WHEN again THEN ' WITH GRANT OPTION' END),
              format('REVOKE %s%s ON %s FROM %s CASCADE', privilege_type, columns, name, role)
            FROM target, access,
              LATERAL (SELECT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS role) r
            UNION ALL
            SELECT 'policy ' || p.name, definition, format('CREATE POLICY %s ON %s %s', p.name, target.name, definition),
              format('DROP POLICY %s ON %s', p.name, target.name)
            FROM target, policy p
            UNION ALL
            SELECT 'row level security', 'enabled', format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name),
              format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', name)
            FROM target, source WHERE relrowsecurity
            UNION ALL
            SELECT format('statistics of %I', attname), attstattarget::text,
              format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', name, attname, attstattarget),
              format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS -1', name, attname)
            FROM target, source_column WHERE attstattarget >= 0
            UNION ALL
            SELECT format('option %s of %I', option_name, attname), option_value,
              format('ALTER TABLE %s ALTER COLUMN %I SET (%I = %L)', name, attname, option_name, option_value),
              format('ALTER TABLE %s ALTER COLUMN %I RESET (%I)', name, attname, option_name)
            FROM target, source_column, pg_options_to_table(attoptions)
            UNION ALL
            SELECT 'replica identity', relreplident::text, format('ALTER TABLE %s REPLICA IDENTITY %s', name,
              CASE relreplident WHEN 'f' THEN 'FULL' ELSE 'NOTHING' END), format('ALTER TABLE %s REPLICA IDENTITY DEFAULT', name)
            FROM target, source WHERE relreplident IN ('f', 'n') AND relkind = 'r'""";

    private Traits() {}

    /**
     * By name.
     *
     * @param source quoted, with its schema; none if there is no such relation
     * @param columnsOf a relation whose columns count; others are left out
     * @param target to which the statements give the traits
     * @param kind of the target: TABLE or VIEW
     */
    static Map<String, Trait> of(DSLContext transaction, String source, String columnsOf, String target, String kind) {
        var traits = new LinkedHashMap<String, Trait>();
        transaction
                .resultQuery(SQL, source, columnsOf, target, kind)
                .forEach(row -> traits.put(
                        row.get(0, String.class),
                        new Trait(
                                row.get(0, String.class),
                                row.get(1, String.class),
                                row.get(2, String.class),
                                row.get(3, String.class))));
        return traits;
    }
}
