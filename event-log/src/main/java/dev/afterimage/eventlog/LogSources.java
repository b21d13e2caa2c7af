package dev.afterimage.eventlog;

import dev.afterimage.domain.EventId;
import dev.afterimage.domain.RelayState;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** The sources that may append to the log, each with a bookmark of how far it was read. */
public interface LogSources {

    /** Admits a source; does nothing if it is known already. */
    void register(String source, String bookmark);

    /** What the source recorded with its last append; empty if it was never registered. */
    Optional<String> bookmark(String source);

    /**
     * The last event that was appended from a source: as long as the source was not restored back in time and drops no
     * rows, it has it. Empty if there is none or if it was appended before the log kept it.
     */
    Optional<EventId> lastEvent(String source);

    /** The last event that was appended from a source and not left out; empty if there is none. */
    Optional<EventId> lastNotLeftOut(String source);

    /** The generation of the log that the source's last reconciliation made; empty before the first. */
    OptionalLong reconciledAs(String source);

    /**
     * Becomes the one appender of a source: every earlier appender of it is fenced from now on.
     *
     * @throws UnknownSourceException if it was never registered
     */
    LogAppender claim(String source);

    /**
     * Begins to compare a source with the log. Every earlier appender of the source is fenced from now on.
     *
     * @param notes is told for whom it waits
     * @throws UnknownSourceException if it was never registered
     */
    Reconciliation reconcile(String source, Consumer<String> notes);

    /**
     * Records what a source's relay reports of itself, and that it is alive. Of several relays, the one that streams is
     * recorded; while none streams, the one that was recorded last, until it has been silent for 5 seconds.
     *
     * @param node tells the relay apart from every other
     */
    void report(String source, RelayState state, String message, String node);
}
