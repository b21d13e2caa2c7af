package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.list;
import static org.jooq.impl.DSL.name;

import dev.afterimage.readmodels.ProjectionVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.QueryPart;

/**
 * The columns of a view and of the table that it is to show. PostgreSQL gives a view new columns at its end; columns
 * that go, or have another type or collation, need a new view.
 */
record ViewColumns(Map<String, String> ofView, Map<String, String> ofTable) {

    static ViewColumns of(DSLContext transaction, ProjectionVersion version, String table) {
        return new ViewColumns(
                columns(transaction, transaction.render(name(version.schema(), table))),
                columns(transaction, transaction.render(name(version.schema(), version.tableName(table)))));
    }

    private static Map<String, String> columns(DSLContext transaction, String relation) {
        var columns = new LinkedHashMap<String, String>();
        transaction
                .resultQuery("""
                        SELECT attname, format_type(atttypid, atttypmod) || ' ' || attcollation FROM pg_attribute
                        WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped ORDER BY attnum""", relation)
                .forEach(row -> columns.put(row.get(0, String.class), row.get(1, String.class)));
        return columns;
    }

    /** Whether the view cannot be changed as it is. */
    boolean mustReplace() {
        return !ofTable.entrySet().containsAll(ofView.entrySet());
    }

    /** Whether the view would have its columns in another order than the table. */
    boolean isReordered() {
        return !new ArrayList<>(ofTable.keySet())
                .subList(0, Math.min(ofView.size(), ofTable.size()))
                .equals(new ArrayList<>(ofView.keySet()));
    }

    /** Those that the view has, in its order, and then those that it lacks. */
    QueryPart toSelect() {
        var names = new LinkedHashMap<>(ofView);
        names.putAll(ofTable);
        return list(names.keySet().stream().map(column -> field(name(column))).toList());
    }
}
