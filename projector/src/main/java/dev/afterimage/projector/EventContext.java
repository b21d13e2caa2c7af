package dev.afterimage.projector;

import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import org.jooq.Table;
import org.jooq.TableRecord;
import org.jspecify.annotations.Nullable;

/** What a handler may know beside its event: the envelope, and other rows of its projection. */
public interface EventContext {

    /** The event in its envelope: who recorded it, when, with which metadata. */
    RecordedEvent recorded();

    Position position();

    /**
     * Another row of this projection; null if there is none. Announce it with {@code reads(…)} or {@code follows(…)},
     * or it is loaded on its own.
     */
    <R extends TableRecord<R>> @Nullable R find(Table<R> table, Object key);

    /** Another row of this projection, to change; made with the columns' defaults if there is none. */
    <R extends TableRecord<R>> R row(Table<R> table, Object key);
}
