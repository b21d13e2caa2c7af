package dev.afterimage.projector;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.projector.rows.RowKey;
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

    /** One event and one rule that it meets. */
    private record Work(LoggedEvent logged, Object event, RowRule<?, ?> rule, RowKey key) {}

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
        for (int i = 0; i < plan.size(); i++) {
            fold(transaction, plan.get(i));
            if (i + 1 == plan.size()
                    || !plan.get(i + 1)
                            .logged()
                            .position()
                            .equals(plan.get(i).logged().position())) {
                calls.run(plan.get(i).logged(), rows::settle);
            }
        }
        rows.flush(transaction);
    }

    private List<Work> plan(List<DecodedEvent> batch, Map<Table<?>, Set<RowKey>> needed) {
        var plan = new ArrayList<Work>(batch.size());
        for (var event : batch) {
            handled.event(event).ifPresent(known -> plan(event.logged(), known, plan, needed));
        }
        return plan;
    }

    private void plan(LoggedEvent logged, Object event, List<Work> plan, Map<Table<?>, Set<RowKey>> needed) {
        calls.run(logged, () -> {
            for (var rule : fold.rules()) {
                if (rule.events().isInstance(event)) {
                    var key = rule.keyOf(rows, event);
                    plan.add(new Work(logged, event, rule, key));
                    need(needed, rule.table(), key);
                }
            }
            for (var read : fold.reads()) {
                if (read.events().isInstance(event)) {
                    need(needed, read.table(), read.keyOf(rows, event));
                }
            }
        });
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

    private void fold(DSLContext transaction, Work work) {
        var context = new RowContext(work.logged(), rows, transaction);
        calls.run(work.logged(), () -> work.rule().apply(rows, transaction, work.key(), work.event(), context));
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
    public void committed() {
        rows.committed();
    }

    @Override
    public void rolledBack() {
        rows.forget();
    }
}
