package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;

import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ReadModelException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/**
 * The views under the plain names, for everyone who reads with SQL. They keep what people gave to them and what people
 * built on them.
 */
public final class PlainNames {

    /** How long readers of a view wait at most while its next definition waits for one of them. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private static final String INVOKER = "option security_invoker";

    private final DSLContext transaction;
    private final PlainViews views;

    public PlainNames(DSLContext transaction) {
        this.transaction = transaction;
        this.views = new PlainViews(transaction);
    }

    /**
     * Finds out whether a version could be shown in the place of another one. Locks nothing.
     *
     * @throws ReadModelException with the object that is in the way
     */
    public void requireShowable(ProjectionVersion next, Optional<ProjectionVersion> active) {
        next.tables().forEach(table -> requireShowable(next, table));
        active.stream()
                .flatMap(before -> before.tables().stream())
                .filter(table -> !next.tables().contains(table))
                .filter(table -> views.isOf(next, table))
                .forEach(table -> refuseDependents(next, table, "which the new version does not have"));
    }

    private void requireShowable(ProjectionVersion next, String table) {
        views.otherOwner(next, table).ifPresent(owner -> {
            throw new ReadModelException(
                    next.projection(),
                    "table %s.%s is shown by projection %s, version %d: it must be without it before, so make its next revision active and try again"
                            .formatted(next.schema(), table, owner.get(0), owner.get(1, Integer.class)));
        });
        var kind = views.kind(next, table);
        if (kind.isEmpty()) {
            return;
        }
        if (!kind.get().equals("v") || !views.isOurs(next, table)) {
            throw new ReadModelException(
                    next.projection(),
                    "%s.%s is not a view of ours, and the new version needs the name: drop or rename it"
                            .formatted(next.schema(), table));
        }
        views.strangeOwner(next, table).ifPresent(owner -> {
            throw new ReadModelException(
                    next.projection(),
                    "the view %s.%s belongs to role %s, so this role cannot replace it: GRANT %s TO this role, or give it the view"
                            .formatted(next.schema(), table, owner, owner));
        });
        if (ViewColumns.of(transaction, next, table).mustReplace()) {
            refuseDependents(next, table, "whose columns change");
        }
    }

    private void refuseDependents(ProjectionVersion next, String table, String why) {
        var dependents = views.dependents(next, table);
        if (!dependents.isEmpty()) {
            throw new ReadModelException(
                    next.projection(),
                    "%s depends on the view %s.%s, %s: drop it, and make it again after the switch"
                            .formatted(String.join(", ", dependents), next.schema(), table, why));
        }
    }

    /**
     * Shows a version instead of another one. Gives up soon when a reader holds a view, with SQLSTATE 55P03, so that
     * other readers need not wait for that one.
     */
    public void show(ProjectionVersion next, Optional<ProjectionVersion> active) {
        long start = System.nanoTime();
        for (var table : next.tables()) {
            limitWaiting(start);
            show(next, table, active.filter(before -> before.tables().contains(table)));
        }
        active.stream()
                .flatMap(before -> before.tables().stream())
                .filter(table -> !next.tables().contains(table))
                .filter(table -> views.isOf(next, table))
                .forEach(table -> {
                    limitWaiting(start);
                    transaction.execute("DROP VIEW {0}", name(next.schema(), table));
                });
    }

    private void limitWaiting(long start) {
        long left = PATIENCE.toMillis()
                - Duration.ofNanos(System.nanoTime() - start).toMillis();
        transaction.execute("SELECT set_config('lock_timeout', ?, true)", Math.max(1, left) + "ms");
    }

    private void show(ProjectionVersion next, String table, Optional<ProjectionVersion> before) {
        var view = transaction.render(name(next.schema(), table));
        var had = Traits.of(transaction, view, view, "VIEW");
        var columns = ViewColumns.of(transaction, next, table);
        if (columns.mustReplace()
                || (columns.isReordered() && views.dependents(next, table).isEmpty())) {
            transaction.execute("DROP VIEW {0}", name(next.schema(), table));
            columns = ViewColumns.of(transaction, next, table);
        }
        transaction.execute(
                "CREATE OR REPLACE VIEW {0} AS SELECT {1} FROM {2} WHERE (SELECT afterimage.shows_complete_version({3}, {4}))",
                name(next.schema(), table),
                columns.toSelect(),
                name(next.schema(), next.tableName(table)),
                inline(next.projection()),
                inline(next.number()));
        giveTraits(next, table, before, had);
    }

    private void giveTraits(
            ProjectionVersion next, String table, Optional<ProjectionVersion> before, Map<String, Trait> had) {
        var view = transaction.render(name(next.schema(), table));
        var heritage = new Heritage(transaction, next.projection());
        var declared = heritage.declared(next, table);
        var now = forView(declared);
        var then = before.map(version -> forView(heritage.declared(version, table)))
                .orElse(Map.of());
        if (!had.isEmpty()) {
            heritage.handOver(then, now, had, Traits.of(transaction, view, view, "VIEW"));
        }
        var has = Traits.of(transaction, view, view, "VIEW");
        var wanted =
                Traits.of(transaction, transaction.render(name(next.schema(), next.tableName(table))), view, "VIEW");
        wanted.put(
                INVOKER,
                new Trait(
                        INVOKER,
                        "true",
                        "ALTER VIEW %s SET (security_invoker = true)".formatted(view),
                        "ALTER VIEW %s RESET (security_invoker)".formatted(view)));
        Stream.concat(then.keySet().stream(), now.keySet().stream())
                .distinct()
                .filter(name -> !Objects.equals(then.get(name), now.get(name)))
                .forEach(name -> heritage.replace(has.get(name), now.containsKey(name) ? wanted.get(name) : null));
    }

    /**
     * What the SQL says of a table that concerns the view as well. Policies hold for readers of the view only if it
     * reads in their name.
     */
    private static Map<String, String> forView(Map<String, String> declared) {
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
}
