package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.name;

import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ReadModelDefinition;
import dev.afterimage.readmodels.ReadModelException;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Name;

/**
 * Makes and drops the tables of a version. The definition's SQL runs in a schema of its own and its tables move from
 * there to their places, so that a version has all that the SQL says.
 */
public final class VersionTables {

    private final DSLContext transaction;

    public VersionTables(DSLContext transaction) {
        this.transaction = transaction;
    }

    /**
     * Makes a version's tables beside those of the active one, and finds out whether they could replace them.
     *
     * @throws ReadModelException if they cannot be made, or not be switched to
     */
    public void create(ProjectionVersion version, ReadModelDefinition definition, Optional<ProjectionVersion> active) {
        new Draft(transaction, version.projection()).make(definition.ddl(), definition.tables());
        makeSchema(version.schema());
        for (var table : version.tables()) {
            declare(version, table);
            new DraftNames(transaction).move(version, table);
            takeDefaultPrivileges(version, table);
        }
        active.ifPresent(before -> rehearse(version, before));
        new PlainNames(transaction).requireShowable(version, active);
    }

    /** Whoever may not create schemas can have them made before. */
    private void makeSchema(String schema) {
        if (Catalog.text(transaction, "SELECT to_regnamespace(?)::text", transaction.render(name(schema)))
                .isEmpty()) {
            transaction.execute("CREATE SCHEMA {0}", name(schema));
        }
    }

    /** Its tables that are not there. */
    public List<String> missing(ProjectionVersion version) {
        return version.tables().stream()
                .map(table -> quoted(version, table))
                .filter(this::isMissing)
                .toList();
    }

    /** The views under the plain names of its tables that are not there. */
    public List<String> missingViews(ProjectionVersion version) {
        return version.tables().stream()
                .map(table -> transaction.render(name(version.schema(), table)))
                .filter(this::isMissing)
                .toList();
    }

    private boolean isMissing(String quoted) {
        return Catalog.text(transaction, "SELECT pg_catalog.to_regclass(?)::text", quoted)
                .isEmpty();
    }

    /** Whether nothing has the names of its tables; another projection may have had one of them before. */
    public boolean hasFreeNames(ProjectionVersion version) {
        return version.tables().stream()
                .allMatch(table -> Catalog.text(transaction, "SELECT to_regclass(?)::text", quoted(version, table))
                        .isEmpty());
    }

    /** Privileges that any new table gets are not what the SQL says. */
    private void declare(ProjectionVersion version, String table) {
        var draft = transaction.render(name(Draft.SCHEMA, table));
        var traits = Traits.of(transaction, draft, draft, draft, "TABLE");
        DefaultPrivileges.everywhere(transaction).forEach(traits::remove);
        traits.putAll(VersionIndexes.declared(transaction, draft));
        new Heritage(transaction, version.projection()).declare(version, table, traits.values());
    }

    private void takeDefaultPrivileges(ProjectionVersion version, String table) {
        DefaultPrivileges.in(transaction, version.schema(), quoted(version, table))
                .forEach(statement -> RawSql.run(transaction, statement, statement));
    }

    /** Finds out early whether everything that people made by hand can be repeated. */
    private void rehearse(ProjectionVersion version, ProjectionVersion before) {
        refuseTriggers(version, before);
        inherit(version, before);
        transaction.execute("SAVEPOINT indexes");
        new VersionIndexes(transaction).inherit(version, before);
        transaction.execute("ROLLBACK TO SAVEPOINT indexes");
        transaction.execute("RELEASE SAVEPOINT indexes");
    }

    private void refuseTriggers(ProjectionVersion version, ProjectionVersion before) {
        var made = Catalog.texts(
                transaction,
                """
                SELECT pg_describe_object('pg_trigger'::regclass, t.oid, 0) FROM pg_trigger t
                  JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ANY (?) AND NOT t.tgisinternal
                UNION ALL
                SELECT pg_describe_object('pg_rewrite'::regclass, r.oid, 0) FROM pg_rewrite r
                  JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ANY (?)""",
                before.schema(),
                before.tables().stream().map(before::tableName).toArray(String[]::new),
                before.schema(),
                before.tables().stream().map(before::tableName).toArray(String[]::new));
        if (!made.isEmpty()) {
            throw new ReadModelException(
                    version.projection(),
                    "version %d would not have what somebody made for version %d: %s; drop it"
                            .formatted(version.number(), before.number(), String.join(", ", made)));
        }
    }

    /**
     * Gives a version's tables what people gave to those of another one by hand; not the indexes.
     *
     * @throws ReadModelException if that is not allowed
     */
    public void inherit(ProjectionVersion version, ProjectionVersion before) {
        var heritage = new Heritage(transaction, version.projection());
        for (var table : version.tables()) {
            if (before.tables().contains(table)) {
                var own = quoted(version, table);
                heritage.handOver(
                        Heritage.orOwnerOf(heritage.declared(before, table), heritage.declared(version, table)),
                        heritage.declared(version, table),
                        Traits.of(transaction, quoted(before, table), own, own, "TABLE"),
                        Traits.of(transaction, own, own, own, "TABLE"));
            }
        }
    }

    /** Drops the indexes that only readers need and returns the statements that make them again. */
    public List<String> postponeIndexes(ProjectionVersion version) {
        return new VersionIndexes(transaction).postpone(version);
    }

    /** Makes the indexes that were postponed, and those that people made by hand for another version. */
    public void makeIndexes(ProjectionVersion version, List<String> postponed, Optional<ProjectionVersion> active) {
        postponed.forEach(statement -> RawSql.run(transaction, statement, statement));
        active.ifPresent(before -> new VersionIndexes(transaction).inherit(version, before));
    }

    public void analyze(ProjectionVersion version) {
        tableNames(version).forEach(table -> transaction.execute("ANALYZE {0}", table));
    }

    public void drop(ProjectionVersion version) {
        tableNames(version).forEach(table -> transaction.execute("DROP TABLE IF EXISTS {0}", table));
    }

    private String quoted(ProjectionVersion version, String table) {
        return transaction.render(name(version.schema(), version.tableName(table)));
    }

    private static List<Name> tableNames(ProjectionVersion version) {
        return version.tables().stream()
                .map(table -> name(version.schema(), version.tableName(table)))
                .toList();
    }
}
