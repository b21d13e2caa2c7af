package dev.afterimage.eventlog;

import dev.afterimage.domain.EventId;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes the log hold what a source holds. In this order: {@link #known}, {@link #missing} and {@link #phantoms},
 * {@link #forEachMissing} with {@link #add}, {@link #finish}. Needs little memory however much there is. Nothing of the
 * log changes before {@code finish}, which changes all or nothing; closed without it the log stays as it was. Used by
 * one thread.
 */
public interface Reconciliation extends AutoCloseable {

    /** Takes the ids of all events that the source has, in the order in which the missing ones are to be added. */
    void known(Iterator<EventId> events);

    /** What the source has and the log lacks. */
    Difference missing();

    /** What the log has of this source and the source lacks. */
    Difference phantoms();

    /** Gives the ids of the missing events to the work in lists of at most so many, in the order of {@code known}. */
    void forEachMissing(int atMost, Consumer<List<EventId>> work);

    /**
     * Takes missing events, in the order in which they were committed as far as it is known. Those that the log has
     * already are passed over.
     */
    void add(Iterator<LogEntry> entries);

    /**
     * Corrects the log. Where no missing event has a later one of its aggregate in the log, all are appended at its
     * end. Otherwise the log is rewritten from the first such place on: each missing event comes directly before the
     * next later one of its aggregate, everything else keeps its order, and the log's generation rises.
     *
     * @throws PhantomEventsException if there are phantoms and they are to be refused
     * @throws OutOfSequenceException if an added event does not follow the one before it in its aggregate even then
     * @throws FencedException if another appender claimed the source meanwhile
     * @throws IllegalStateException if a missing event was not added
     */
    Reconciled finish(SourceMark mark, Phantoms decision);

    /** Ends the transaction; nothing changes unless it finished before. */
    @Override
    void close();
}
