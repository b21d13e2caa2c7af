package dev.afterimage.eventlog;

import dev.afterimage.domain.LogDamagedException;
import java.util.List;

/** The durable, totally ordered log of every recorded event. Thread-safe. */
public interface EventLog extends AutoCloseable {

    /** The log's partitions, numbered from 0; order and density hold inside each. PostgreSQL has one. */
    List<LogPartition> partitions();

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

    /**
     * The one partition of a log that has one.
     *
     * @throws IllegalStateException if it has several
     */
    default LogPartition whole() {
        if (partitions().size() != 1) {
            throw new IllegalStateException(
                    "the log has %d partitions, not one".formatted(partitions().size()));
        }
        return partitions().getFirst();
    }

    /** Stops waking readers; every wait ends. */
    @Override
    void close();
}
