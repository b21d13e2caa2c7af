package dev.afterimage.projector;

import dev.afterimage.domain.EventCatalog;
import dev.afterimage.domain.LoggedEvent;
import java.util.List;
import org.jooq.DSLContext;

/** The body for what is not a row fold: each event runs statements, sent together where they are alike. */
record Statements(List<Rule<?>> rules) implements ProjectionBody {

    /** One {@code on(…)}. */
    record Rule<E>(Class<E> events, StatementHandler<E> handler) {

        void run(DSLContext sql, Object event, LoggedEvent logged) {
            if (events.isInstance(event)) {
                handler.run(sql, events.cast(event), logged);
            }
        }
    }

    Statements {
        rules = List.copyOf(rules);
    }

    @Override
    public BatchFold open(EventCatalog catalog, DSLContext context, boolean empty, int keptRows) {
        var handled = new HandledEvents(
                rules.stream().map(rule -> catalog.select(rule.events())).toList());
        return new StatementBatchFold(handled, rules);
    }
}
