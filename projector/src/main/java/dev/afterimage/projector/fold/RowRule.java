package dev.afterimage.projector.fold;

import dev.afterimage.projector.EventContext;
import dev.afterimage.projector.RowHandler;
import dev.afterimage.projector.RowKey;
import dev.afterimage.projector.rows.VersionRows;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.TableRecord;

/** One {@code on(…)}: events of a type change the row of their key in one table. */
public record RowRule<R extends TableRecord<R>, E>(
        Table<R> table, Class<E> events, Function<E, ?> key, RowHandler<R, E> handler) {

    /** One {@code reads(…)}: events of a type look at a row. */
    public record Read<E>(Table<?> table, Class<E> events, Function<E, ?> key) {

        RowKey keyOf(VersionRows rows, Object event) {
            return rows.keyOf(table, key.apply(events.cast(event)));
        }
    }

    /** One {@code follows(…)}: a column names rows of another table. */
    public record Follow<S extends TableRecord<S>>(TableField<S, ?> column, Table<?> target) {

        List<RowKey> targets(VersionRows rows, Collection<RowKey> keys) {
            return rows.values(column, keys).stream()
                    .map(value -> rows.keyOf(target, value))
                    .toList();
        }
    }

    RowKey keyOf(VersionRows rows, Object event) {
        return rows.keyOf(table, key.apply(events.cast(event)));
    }

    void apply(VersionRows rows, DSLContext transaction, RowKey rowKey, Object event, EventContext context) {
        rows.change(transaction, table, rowKey, row -> handler.fold(row, events.cast(event), context));
    }
}
