package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.name;

import dev.afterimage.readmodels.ProjectionVersion;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/** What is there under a plain name: whose it is and who uses it. */
final class PlainViews {

    private final DSLContext transaction;

    PlainViews(DSLContext transaction) {
        this.transaction = transaction;
    }

    /** As in pg_class.relkind; empty if the name is free. */
    Optional<String> kind(ProjectionVersion version, String table) {
        return Catalog.text(
                transaction, "SELECT relkind::text FROM pg_class WHERE oid = to_regclass(?)", quoted(version, table));
    }

    /** Another projection, and its active version, that has this table. */
    Optional<Record> otherOwner(ProjectionVersion version, String table) {
        return Optional.ofNullable(transaction
                .resultQuery("""
                        SELECT projection, version FROM afterimage.projection_version
                        WHERE phase = 'active' AND schema_name = ? AND ? = ANY (table_names) AND projection <> ?""", version.schema(), table, version.projection())
                .fetchOne());
    }

    /** Whether it shows a table that some version of some projection has or had. */
    boolean isOurs(ProjectionVersion version, String table) {
        var reads = reads(version, table);
        return reads.size() == 1 && reads.getFirst().matches(table + "__v\\d+");
    }

    /** Whether it shows a table of this projection. */
    boolean isOf(ProjectionVersion version, String table) {
        return Catalog.is(
                transaction,
                """
                SELECT EXISTS (SELECT FROM afterimage.projection_version
                  WHERE projection = ? AND schema_name = ? AND ? = ANY (table_names) AND ? || '__v' || version = ANY (?))""",
                version.projection(),
                version.schema(),
                table,
                table,
                reads(version, table).toArray(String[]::new));
    }

    private List<String> reads(ProjectionVersion version, String table) {
        return Catalog.texts(transaction, """
                SELECT DISTINCT c.relname FROM pg_rewrite r
                  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                  JOIN pg_class c ON d.refclassid = 'pg_class'::regclass AND c.oid = d.refobjid
                WHERE r.ev_class = to_regclass(?) AND c.oid <> r.ev_class""", quoted(version, table));
    }

    /** The owner of a view that this role may not act for. */
    Optional<String> strangeOwner(ProjectionVersion version, String table) {
        return Catalog.text(transaction, """
                SELECT pg_get_userbyid(relowner) FROM pg_class
                WHERE oid = to_regclass(?) AND NOT pg_has_role(current_user, relowner, 'USAGE')""", quoted(version, table));
    }

    /** What would go with the view, or keep it from going. */
    List<String> dependents(ProjectionVersion version, String table) {
        return Catalog.texts(transaction, """
                SELECT DISTINCT CASE WHEN d.classid = 'pg_rewrite'::regclass
                  THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0)
                  ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END
                FROM pg_class c
                  JOIN pg_depend d ON (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid)
                    OR (d.refclassid = 'pg_type'::regclass AND d.refobjid = c.reltype)
                  LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
                WHERE c.oid = to_regclass(?) AND d.deptype <> 'i' AND r.ev_class IS DISTINCT FROM c.oid ORDER BY 1""", quoted(version, table));
    }

    private String quoted(ProjectionVersion version, String table) {
        return transaction.render(name(version.schema(), table));
    }
}
