package dev.afterimage.eventlog;

/** A source was never registered with the log. */
public final class UnknownSourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final String source;

    public UnknownSourceException(String source) {
        super("source %s is not known to the log: run init for it first".formatted(source));
        this.source = source;
    }

    public String source() {
        return source;
    }
}
