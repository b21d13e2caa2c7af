package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.name;

import java.util.List;
import org.jooq.DSLContext;

/** What {@code ALTER DEFAULT PRIVILEGES} gives to every table that this role makes. */
final class DefaultPrivileges {

    private DefaultPrivileges() {}

    /** The names of the traits that a table has by them, whatever its schema. */
    static List<String> everywhere(DSLContext transaction) {
        return Catalog.texts(transaction, """
                SELECT format('grant %s to %s', a.privilege_type,
                  CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
                FROM pg_default_acl d, aclexplode(d.defaclacl) a
                WHERE d.defaclrole = current_user::regrole AND d.defaclobjtype = 'r' AND d.defaclnamespace = 0""");
    }

    /** The statements that give a table what tables of this schema get in addition; it was made in another one. */
    static List<String> in(DSLContext transaction, String schema, String table) {
        return Catalog.texts(transaction, """
                SELECT format('GRANT %s ON %s TO %s%s', a.privilege_type, ?::text,
                  CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                  CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)
                FROM pg_default_acl d, aclexplode(d.defaclacl) a
                WHERE d.defaclrole = current_user::regrole AND d.defaclobjtype = 'r' AND d.defaclnamespace = to_regnamespace(?)
                  AND a.grantee <> d.defaclrole""", table, transaction.render(name(schema)));
    }
}
