package dev.afterimage.projector;

import dev.afterimage.domain.LoggedEvent;
import org.jooq.DSLContext;

/** Writes what one event means with statements of its own. */
@FunctionalInterface
public interface StatementHandler<E> {

    /**
     * Runs statements in the projection's transaction, which it must not end.
     *
     * @param sql knows the projection's tables under their plain names
     */
    void run(DSLContext sql, E event, LoggedEvent logged);
}
