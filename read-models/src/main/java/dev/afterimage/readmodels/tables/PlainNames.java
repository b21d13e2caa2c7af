package dev.afterimage.readmodels.tables;

import static org.jooq.impl.DSL.name;

import dev.afterimage.readmodels.ProjectionVersion;
import dev.afterimage.readmodels.ReadModelException;
import java.time.Duration;
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
        gone(next, active).forEach(table -> refuseDependents(next, table, "which the new version does not have"));
    }

    /** The tables of another version whose views go; what another projection shows by now stays. */
    private Stream<String> gone(ProjectionVersion next, Optional<ProjectionVersion> active) {
        return active.stream()
                .flatMap(before -> before.tables().stream())
                .filter(table -> !next.tables().contains(table))
                .filter(table -> views.isOf(next, table));
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
        var changes = next.tables().stream()
                .map(table -> ViewChange.plan(
                        transaction,
                        next,
                        table,
                        active.filter(before -> before.tables().contains(table))))
                .toList();
        var gone = gone(next, active).toList();
        long start = System.nanoTime();
        for (var change : changes) {
            limitWaiting(start);
            change.make(transaction);
        }
        for (var table : gone) {
            limitWaiting(start);
            transaction.execute("DROP VIEW {0}", name(next.schema(), table));
        }
    }

    private void limitWaiting(long start) {
        long left = PATIENCE.toMillis()
                - Duration.ofNanos(System.nanoTime() - start).toMillis();
        transaction.execute("SELECT set_config('lock_timeout', ?, true)", Math.max(1, left) + "ms");
    }
}
