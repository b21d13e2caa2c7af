package dev.afterimage.projector.fold;

import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.projector.EventContext;
import dev.afterimage.projector.rows.VersionRows;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.TableRecord;
import org.jspecify.annotations.Nullable;

/** A handler's view of its event and of the rows in memory. */
record RowContext(LoggedEvent logged, VersionRows rows, DSLContext transaction) implements EventContext {

    @Override
    public RecordedEvent recorded() {
        return logged.event();
    }

    @Override
    public Position position() {
        return logged.position();
    }

    @Override
    public <R extends TableRecord<R>> @Nullable R find(Table<R> table, Object key) {
        return rows.find(transaction, table, key);
    }

    @Override
    public <R extends TableRecord<R>> R row(Table<R> table, Object key) {
        return rows.row(transaction, table, key);
    }
}
