package dev.afterimage.eventlog;

import dev.afterimage.domain.LogDamagedException;

/** The durable, totally ordered log of every recorded event. Thread-safe. */
public interface EventLog extends AutoCloseable {

    /** All of it: order and density hold inside a partition, and the log has one. */
    LogPartition whole();

    /** Who feeds the log. */
    LogSources sources();

    /** Which events operators decided to leave out. */
    Skips skips();

    /**
     * Looks whether everything is there that a log is made of. It does not look at every event.
     *
     * @throws LogDamagedException if something is missing
     */
    void check();

    /** Stops waking readers; every wait ends. */
    @Override
    void close();
}
