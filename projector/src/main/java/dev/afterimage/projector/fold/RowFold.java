package dev.afterimage.projector.fold;

import dev.afterimage.domain.EventCatalog;
import dev.afterimage.domain.EventSelection;
import dev.afterimage.projector.rows.VersionRows;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.TableRecord;

/** The default body: each event changes the row of its key. */
public record RowFold(
        List<Table<? extends TableRecord<?>>> tables,
        List<RowRule<?, ?>> rules,
        List<RowRule.Read<?>> reads,
        List<RowRule.Follow<?>> follows)
        implements ProjectionBody {

    public RowFold {
        tables = List.copyOf(tables);
        rules = List.copyOf(rules);
        reads = List.copyOf(reads);
        follows = List.copyOf(follows);
    }

    @Override
    public void requireKnown(EventCatalog catalog) {
        rules.forEach(rule -> catalog.select(rule.events()));
    }

    @Override
    public BatchFold open(EventCatalog catalog, DSLContext context, boolean empty, int keptRows) {
        Stream<EventSelection> selections = rules.stream().map(rule -> catalog.select(rule.events()));
        return new RowBatchFold(
                this, new HandledEvents(selections.toList()), new VersionRows(context, tables, empty, keptRows));
    }
}
