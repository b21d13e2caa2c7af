package dev.afterimage.eventlog;

/** The log is not as an appender left it, although nobody else claimed the source; nothing was appended. */
public final class LogRestoredException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LogRestoredException(String source, String found, String left) {
        super(("source %s: the log was left with %s and has %s: its database was restored back in time; "
                        + "nothing was appended, the relay compares the two before it connects again")
                .formatted(source, left, found));
    }
}
