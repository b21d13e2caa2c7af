package dev.afterimage.projector.fold;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.projector.RowKey;
import dev.afterimage.projector.rows.VersionRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/**
 * Folds a batch in four moves: plan which rows it needs, load them together, fold in the order of the log over rows in
 * memory, write what changed together. Not grouped by key, so an event sees what an earlier one of the batch did.
 */
final class RowBatchFold implements BatchFold {

    /** One event and what its rules do. */
    private record Step(LoggedEvent logged, Object event, List<Work> works) {}

    /** One rule and the row that it changes. */
    private record Work(RowRule<?, ?> rule, RowKey key) {}

    private final RowFold fold;
    private final HandledEvents handled;
    private final VersionRows rows;
    private final HandlerCalls calls = new HandlerCalls();

    RowBatchFold(RowFold fold, HandledEvents handled, VersionRows rows) {
        this.fold = fold;
        this.handled = handled;
        this.rows = rows;
    }

    @Override
    public void apply(DSLContext transaction, List<DecodedEvent> batch) {
        var needed = new LinkedHashMap<Table<?>, Set<RowKey>>();
        var plan = plan(batch, needed);
        load(transaction, needed);
        for (var step : plan) {
            for (var work : step.works()) {
                fold(transaction, step, work);
            }
            calls.run(step.logged(), rows::settle);
        }
        rows.flush(transaction);
    }

    private List<Step> plan(List<DecodedEvent> batch, Map<Table<?>, Set<RowKey>> needed) {
        var plan = new ArrayList<Step>(batch.size());
        for (var event : batch) {
            handled.event(event).ifPresent(known -> {
                var step = new Step(event.logged(), known, new ArrayList<>());
                calls.run(step.logged(), () -> plan(step, needed));
                if (!step.works().isEmpty()) {
                    plan.add(step);
                }
            });
        }
        return plan;
    }

    private void plan(Step step, Map<Table<?>, Set<RowKey>> needed) {
        var event = step.event();
        for (var rule : fold.rules()) {
            if (rule.events().isInstance(event)) {
                var key = rule.keyOf(rows, event);
                step.works().add(new Work(rule, key));
                need(needed, rule.table(), key);
            }
        }
        for (var read : fold.reads()) {
            if (read.events().isInstance(event)) {
                need(needed, read.table(), read.keyOf(rows, event));
            }
        }
    }

    private static void need(Map<Table<?>, Set<RowKey>> needed, Table<?> table, RowKey key) {
        needed.computeIfAbsent(table, absent -> new LinkedHashSet<>()).add(key);
    }

    private void load(DSLContext transaction, Map<Table<?>, Set<RowKey>> needed) {
        needed.forEach((table, keys) -> rows.load(transaction, table, keys));
        var from = needed;
        for (int link = 0; link < fold.follows().size() && !from.isEmpty(); link++) {
            from = follow(transaction, from);
        }
    }

    /** Loads what rows name by a followed column; returns those, which may name others in turn. */
    private Map<Table<?>, Set<RowKey>> follow(DSLContext transaction, Map<Table<?>, Set<RowKey>> from) {
        var named = new LinkedHashMap<Table<?>, Set<RowKey>>();
        for (var follow : fold.follows()) {
            var keys = from.getOrDefault(follow.column().getTable(), Set.of());
            follow.targets(rows, keys).forEach(key -> need(named, follow.target(), key));
        }
        named.forEach((table, keys) -> rows.load(transaction, table, keys));
        return named;
    }

    private void fold(DSLContext transaction, Step step, Work work) {
        var context = new RowContext(step.logged(), rows, transaction);
        calls.run(step.logged(), () -> work.rule().apply(rows, transaction, work.key(), step.event(), context));
    }

    @Override
    public boolean isToBlame(Throwable failure) {
        return Blame.isOnRows(failure);
    }

    @Override
    public @Nullable LoggedEvent handling() {
        return calls.handling();
    }

    @Override
    public void abandon() {
        calls.abandon();
    }

    @Override
    public void committed() {
        rows.committed();
    }

    @Override
    public void rolledBack() {
        rows.forget();
    }
}
