package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;

import dev.afterimage.readmodels.ProjectionVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/**
 * How a view is to show a version, found out before anything is locked, so that readers wait for as little as possible.
 *
 * @param afresh whether there is a view that must go first
 * @param had what the view has now
 * @param before what the SQL of the version that it shows says of it
 * @param now what the SQL of the next version says of it
 * @param wanted what the next version's table has, as statements for the view
 */
record ViewChange(
        ProjectionVersion next,
        String table,
        ViewColumns columns,
        boolean afresh,
        Map<String, Trait> had,
        Map<String, String> before,
        Map<String, String> now,
        Map<String, Trait> wanted) {

    private static final String INVOKER = "option security_invoker";

    static ViewChange plan(
            DSLContext transaction, ProjectionVersion next, String table, Optional<ProjectionVersion> active) {
        var view = transaction.render(name(next.schema(), table));
        var shown = transaction.render(name(next.schema(), next.tableName(table)));
        var columns = ViewColumns.of(transaction, next, table);
        var afresh = columns.mustReplace()
                || (columns.isReordered()
                        && new PlainViews(transaction).dependents(next, table).isEmpty());
        var heritage = new Heritage(transaction, next.projection());
        var wanted = Traits.of(transaction, shown, shown, view, "VIEW");
        wanted.put(
                INVOKER,
                new Trait(
                        INVOKER,
                        "true",
                        "ALTER VIEW %s SET (security_invoker = true)".formatted(view),
                        "ALTER VIEW %s RESET (security_invoker)".formatted(view)));
        return new ViewChange(
                next,
                table,
                afresh ? new ViewColumns(Map.of(), columns.ofTable()) : columns,
                afresh,
                Traits.of(transaction, view, shown, view, "VIEW"),
                active.map(version -> ofView(heritage.declared(version, table))).orElse(Map.of()),
                ofView(heritage.declared(next, table)),
                wanted);
    }

    /**
     * What the SQL says of a table that concerns the view as well. Policies hold for readers of the view only if it
     * reads in their name.
     */
    private static Map<String, String> ofView(Map<String, String> declared) {
        var traits = new HashMap<String, String>();
        declared.forEach((name, value) -> {
            if (name.startsWith("grant ") || name.startsWith("comment")) {
                traits.put(name, value);
            } else if (name.equals("row level security")) {
                traits.put(INVOKER, "true");
            }
        });
        return traits;
    }

    void make(DSLContext transaction) {
        if (afresh) {
            transaction.execute("DROP VIEW {0}", name(next.schema(), table));
        }
        transaction.execute(
                "CREATE OR REPLACE VIEW {0} AS SELECT {1} FROM {2} WHERE (SELECT afterimage.shows_complete_version({3}, {4}))",
                name(next.schema(), table),
                columns.toSelect(),
                name(next.schema(), next.tableName(table)),
                inline(next.projection()),
                inline(next.number()));
        giveTraits(transaction);
    }

    private void giveTraits(DSLContext transaction) {
        var heritage = new Heritage(transaction, next.projection());
        var has = has(transaction);
        if (!had.isEmpty()) {
            heritage.handOver(before, now, had, has);
        }
        Stream.concat(before.keySet().stream(), now.keySet().stream())
                .distinct()
                .filter(name -> !Objects.equals(before.get(name), now.get(name)))
                .forEach(name -> heritage.replace(has.get(name), now.containsKey(name) ? wanted.get(name) : null));
    }

    /** A view whose definition is replaced keeps all but its options. */
    private Map<String, Trait> has(DSLContext transaction) {
        var kept = !had.isEmpty() && !afresh && had.keySet().stream().noneMatch(name -> name.startsWith("option "));
        var view = transaction.render(name(next.schema(), table));
        return kept ? had : Traits.of(transaction, view, view, view, "VIEW");
    }
}
