package dev.afterimage.eventlog;

import java.util.Optional;

/** The sources that may append to the log, each with a bookmark of how far it was read. */
public interface LogSources {

    /** Admits a source; does nothing if it is known already. */
    void register(String source, String bookmark);

    /** What the source recorded with its last append; empty if it was never registered. */
    Optional<String> bookmark(String source);

    /**
     * Becomes the one appender of a source: every earlier appender of it is fenced from now on.
     *
     * @throws UnknownSourceException if it was never registered
     */
    LogAppender claim(String source);
}
