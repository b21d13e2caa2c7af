package dev.afterimage.proof.reliability;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A schema in which somebody has a function, an operator, a type or a table of the same name as nearly everything that
 * PostgreSQL and we have. All functions count their calls, also those of a transaction that is rolled back, and fail.
 */
final class TheirNames {

    static final String SCHEMA = "theirs";

    /** What nobody can make, such as a function of an internal type, is left out. */
    private static final String MAKE = """
            CREATE SCHEMA theirs;
            CREATE SEQUENCE theirs.calls;
            CREATE FUNCTION theirs.complain(what pg_catalog.text) RETURNS pg_catalog.bool LANGUAGE plpgsql AS $$
              BEGIN
                PERFORM pg_catalog.nextval('theirs.calls'::pg_catalog.regclass);
                RAISE EXCEPTION 'theirs: %', what;
              END $$;
            SET search_path TO pg_catalog, pg_temp;
            SET check_function_bodies = off;
            SET client_min_messages = error;
            DO $do$
            DECLARE
              f record;
            BEGIN
              FOR f IN SELECT DISTINCT proname, replace(oidvectortypes(proargtypes), '"any"', 'text') AS arguments,
                  CASE WHEN proretset THEN 'SETOF ' ELSE '' END || prorettype::regtype AS result
                FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind <> 'p'
                  AND NOT 'internal'::regtype = ANY (proargtypes) AND NOT 'cstring'::regtype = ANY (proargtypes)
                  AND prorettype NOT IN ('internal'::regtype, 'cstring'::regtype, 'trigger'::regtype)
              LOOP
                BEGIN
                  EXECUTE format(
                    'CREATE FUNCTION theirs.%I(%s) RETURNS %s LANGUAGE plpgsql AS $$ BEGIN PERFORM theirs.complain(%L); END $$',
                    f.proname, f.arguments, f.result, f.proname);
                EXCEPTION WHEN others THEN NULL;
                END;
              END LOOP;
              FOR f IN SELECT o.oprname, o.oprleft::regtype AS l, o.oprright::regtype AS r, p.proname
                FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
                WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprleft <> 0
              LOOP
                BEGIN
                  EXECUTE format('CREATE OPERATOR theirs.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = theirs.%I)',
                    f.oprname, f.l, f.r, f.proname);
                EXCEPTION WHEN others THEN NULL;
                END;
              END LOOP;
              FOR f IN SELECT relname, relkind FROM pg_class
                WHERE relnamespace IN ('pg_catalog'::regnamespace, to_regnamespace('afterimage')) AND relkind IN ('r', 'v')
              LOOP
                EXECUTE format('CREATE TABLE theirs.%I ()', f.relname);
              END LOOP;
              FOR f IN SELECT typname FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype = 'b'
                  AND typelem = 0 AND typname NOT LIKE '\\_%'
              LOOP
                EXECUTE format('CREATE DOMAIN theirs.%I AS pg_catalog.%I CHECK (theirs.complain(%L))',
                  f.typname, f.typname, f.typname);
              END LOOP;
            END $do$;""";

    private TheirNames() {}

    static void make(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(MAKE);
        }
    }

    /** How often something of theirs was called. */
    static long calls(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM theirs.calls")) {
            row.next();
            return row.getLong(1);
        }
    }
}
