package dev.afterimage.projector;

import java.util.List;
import org.jooq.DSLContext;

/** Runs each event's statements in the order of the log. Remembers nothing between batches. */
record StatementBatchFold(HandledEvents handled, List<Statements.Rule<?>> rules) implements BatchFold {

    @Override
    public void apply(DSLContext transaction, List<DecodedEvent> batch) {
        transaction.batched(batched -> {
            for (var event : batch) {
                handled.event(event).ifPresent(known -> run(batched.dsl(), event, known));
            }
        });
    }

    private void run(DSLContext sql, DecodedEvent event, Object known) {
        Attributed.to(event.logged(), () -> rules.forEach(rule -> rule.run(sql, known, event.logged())));
    }

    @Override
    public void committed() {
        // nothing is kept in memory
    }

    @Override
    public void rolledBack() {
        // nothing is kept in memory
    }
}
