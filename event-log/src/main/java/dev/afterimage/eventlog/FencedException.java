package dev.afterimage.eventlog;

/** Another appender has claimed the source; nothing was appended. */
public final class FencedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final String source;
    private final long epoch;

    public FencedException(String source, long epoch) {
        super("source %s: epoch %d was replaced by a newer claim; another relay has taken over"
                .formatted(source, epoch));
        this.source = source;
        this.epoch = epoch;
    }

    public String source() {
        return source;
    }

    public long epoch() {
        return epoch;
    }
}
