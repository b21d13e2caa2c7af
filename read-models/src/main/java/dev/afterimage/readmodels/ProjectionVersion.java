package dev.afterimage.readmodels;

import java.util.List;
import org.jooq.Table;

/**
 * One version of a projection: the tables that one fold writes.
 *
 * @param number from 1, given by the store
 * @param revision of the code that folds it, given by the developer
 * @param schema of its tables
 * @param tables their plain names, as the code knows them
 */
public record ProjectionVersion(
        String projection, int number, int revision, VersionPhase phase, String schema, List<String> tables) {

    public ProjectionVersion {
        tables = List.copyOf(tables);
    }

    /** The name under which the database has a table of this version. */
    public String tableName(String plainName) {
        return plainName + "__v" + number;
    }

    /** Whether it has a table, under its plain name; one without a schema may be of any. */
    public boolean has(Table<?> table) {
        var itsSchema = table.getSchema();
        return tables.contains(table.getName())
                && (itsSchema == null
                        || itsSchema.getName().isEmpty()
                        || itsSchema.getName().equals(schema));
    }

    @Override
    public String toString() {
        return projection + " v" + number;
    }
}
