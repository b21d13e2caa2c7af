package dev.afterimage.projector.fold;

import dev.afterimage.domain.EventCatalog;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.projector.StatementHandler;
import java.util.List;
import org.jooq.DSLContext;

/** The body for what is not a row fold: each event runs statements. */
public record Statements(List<Rule<?>> rules) implements ProjectionBody {

    /**
     * One {@code on(…)} or {@code together(…)}.
     *
     * @param together whether statements wait for alike ones of later events, so that their update counts are not known
     */
    public record Rule<E>(Class<E> events, StatementHandler<E> handler, boolean together) {

        void run(DSLContext sql, Object event, LoggedEvent logged) {
            handler.run(sql, events.cast(event), logged);
        }
    }

    public Statements {
        rules = List.copyOf(rules);
    }

    @Override
    public void requireKnown(EventCatalog catalog) {
        rules.forEach(rule -> catalog.select(rule.events()));
    }

    @Override
    public BatchFold open(EventCatalog catalog, DSLContext context, boolean empty, int keptRows) {
        var handled = new HandledEvents(
                rules.stream().map(rule -> catalog.select(rule.events())).toList());
        return new StatementBatchFold(handled, rules);
    }
}
