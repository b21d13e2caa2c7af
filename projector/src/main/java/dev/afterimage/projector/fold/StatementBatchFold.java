package dev.afterimage.projector.fold;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.postgres.OwnSettings;
import dev.afterimage.postgres.Transactions;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.jspecify.annotations.Nullable;

/** Runs each event's statements in the order of the log. Remembers nothing between batches. */
final class StatementBatchFold implements BatchFold {

    /** One event and one rule that it meets. */
    private record Work(LoggedEvent logged, Object event, Statements.Rule<?> rule) {}

    private final HandledEvents handled;
    private final List<Statements.Rule<?>> rules;
    private final HandlerCalls calls = new HandlerCalls();

    StatementBatchFold(HandledEvents handled, List<Statements.Rule<?>> rules) {
        this.handled = handled;
        this.rules = rules;
    }

    @Override
    public void apply(DSLContext transaction, List<DecodedEvent> batch) {
        var plan = plan(batch);
        transaction.connection(connection -> {
            OwnSettings.callersPath(connection);
            var sql = insideTransaction(connection, transaction.configuration());
            for (int from = 0; from < plan.size(); ) {
                int to = endOfKind(plan, from);
                run(sql, connection, plan.subList(from, to));
                from = to;
            }
        });
    }

    private List<Work> plan(List<DecodedEvent> batch) {
        var plan = new ArrayList<Work>(batch.size());
        for (var event : batch) {
            handled.event(event)
                    .ifPresent(known -> rules.stream()
                            .filter(rule -> rule.events().isInstance(known))
                            .forEach(rule -> plan.add(new Work(event.logged(), known, rule))));
        }
        return plan;
    }

    /** Where the statements end that are all sent together, or all one by one. */
    private static int endOfKind(List<Work> plan, int from) {
        int to = from + 1;
        while (to < plan.size()
                && plan.get(to).rule().together() == plan.get(from).rule().together()) {
            to++;
        }
        return to;
    }

    private void run(DSLContext sql, Connection connection, List<Work> works) {
        if (works.getFirst().rule().together()) {
            sql.batched(batched -> works.forEach(work -> run(batched.dsl(), connection, work)));
        } else {
            works.forEach(work -> run(sql, connection, work));
        }
    }

    private void run(DSLContext sql, Connection connection, Work work) {
        calls.run(work.logged(), () -> {
            work.rule().run(sql, work.event(), work.logged());
            requireNotFailed(connection);
        });
    }

    private static void requireNotFailed(Connection connection) {
        if (Transactions.hasFailed(connection)) {
            throw new IllegalStateException(
                    "its handler went on after a statement had failed, and PostgreSQL keeps nothing then: let the exception through, or use ON CONFLICT or a savepoint");
        }
    }

    /** jOOQ does not send statements together inside a transaction of its own, and must not end this one. */
    private static DSLContext insideTransaction(Connection connection, Configuration configuration) {
        return DSL.using(new DefaultConfiguration()
                .set(HandlerConnection.around(connection))
                .set(configuration.dialect())
                .set(configuration.settings())
                .set(new NoOwnTransactions()));
    }

    /** Statements that are sent together fail outside of the handler that made them, or in the one of a later event. */
    @Override
    public boolean isToBlame(Throwable failure) {
        return Blame.isOnHandler(failure);
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
        // nothing is kept in memory
    }

    @Override
    public void rolledBack() {
        // nothing is kept in memory
    }
}
