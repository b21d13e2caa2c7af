package dev.afterimage.projector;

import java.sql.Connection;
import java.util.List;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;

/** Runs each event's statements in the order of the log. Remembers nothing between batches. */
record StatementBatchFold(HandledEvents handled, List<Statements.Rule<?>> rules) implements BatchFold {

    @Override
    public void apply(DSLContext transaction, List<DecodedEvent> batch) {
        transaction.connection(connection -> insideTransaction(connection, transaction.configuration())
                .batched(batched -> {
                    for (var event : batch) {
                        handled.event(event).ifPresent(known -> run(batched.dsl(), event, known));
                    }
                }));
    }

    /** jOOQ does not send statements together inside a transaction of its own, and must not end this one. */
    private static DSLContext insideTransaction(Connection connection, Configuration configuration) {
        return DSL.using(new DefaultConfiguration()
                .set(connection)
                .set(configuration.dialect())
                .set(configuration.settings())
                .set(new NoOwnTransactions()));
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
