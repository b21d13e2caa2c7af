package dev.afterimage.relay;

import java.util.List;

/**
 * One connection to a stream of committed changes. Used once: streamed, then closed; a reconnect is a new source that
 * starts at the slot's confirmed position.
 */
public interface ChangeSource extends AutoCloseable {

    /** Takes changes; once it returns, they are durable and the source may acknowledge them. */
    @FunctionalInterface
    interface Receiver {
        void receive(List<Change> changes);
    }

    /** Opens a new source for each connection to a slot. */
    @FunctionalInterface
    interface Factory {
        ChangeSource open(String slot);
    }

    /**
     * Delivers changes on one thread until closed: whole transactions in commit order, rows in insertion order, from
     * the slot's confirmed position. A transaction may be cut into several deliveries. What is not acknowledged is
     * delivered again by the next source.
     *
     * @throws SourceFailedException if the stream ended otherwise than by {@link #close()}, or the receiver threw
     */
    void stream(Receiver receiver);

    /** Ends the stream from another thread. Idempotent. */
    @Override
    void close();

    /** Cuts the connection of a stream that {@link #close()} did not end, without a word to the server. Idempotent. */
    void abort();
}
