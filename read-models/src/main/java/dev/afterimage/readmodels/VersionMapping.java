package dev.afterimage.readmodels;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jooq.SQLDialect;
import org.jooq.conf.MappedSchema;
import org.jooq.conf.MappedTable;
import org.jooq.conf.RenderMapping;
import org.jooq.conf.Settings;

/** Sends the plain table names that jOOQ's classes know to the tables of certain versions. */
final class VersionMapping {

    static final SQLDialect DIALECT = SQLDialect.POSTGRES;

    private VersionMapping() {}

    /** Settings that map nothing yet. */
    static Settings plain() {
        return new Settings().withExecuteLogging(false).withReturnIdentityOnUpdatableRecord(false);
    }

    /** @param versions of different projections */
    static Settings to(Collection<ProjectionVersion> versions) {
        var schemas = versions.stream()
                .collect(Collectors.groupingBy(
                        ProjectionVersion::schema,
                        Collectors.flatMapping(version -> tables(version).stream(), Collectors.toList())));
        var mapping = new RenderMapping();
        schemas.forEach((schema, tables) ->
                mapping.getSchemata().add(new MappedSchema().withInput(schema).withTables(tables)));
        return plain().withRenderMapping(mapping);
    }

    private static List<MappedTable> tables(ProjectionVersion version) {
        return version.tables().stream()
                .map(table -> new MappedTable().withInput(table).withOutput(version.tableName(table)))
                .toList();
    }
}
