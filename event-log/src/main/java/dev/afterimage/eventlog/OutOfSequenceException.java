package dev.afterimage.eventlog;

import dev.afterimage.domain.RecordedEvent;

/** An event does not follow the last one that the log has of its aggregate; nothing was appended. */
public final class OutOfSequenceException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final transient RecordedEvent event;
    private final String source;
    private final long lastInLog;

    public OutOfSequenceException(RecordedEvent event, String source, long lastInLog) {
        super("source %s: %s does not follow what the log has of its aggregate: sequence %d was expected, %s; %s"
                .formatted(source, event.describe(), lastInLog + 1, found(event, lastInLog), WHAT_TO_DO));
        this.event = event;
        this.source = source;
        this.lastInLog = lastInLog;
    }

    private static final String WHAT_TO_DO =
            "look at ./afterimage verify log, then run ./afterimage repair, or ./afterimage skip-event for events that are lost for good";

    private static String found(RecordedEvent event, long lastInLog) {
        return event.sequence() <= lastInLog
                ? "%d is a repetition".formatted(event.sequence())
                : "so %d events are missing before it".formatted(event.sequence() - lastInLog - 1);
    }

    public RecordedEvent event() {
        return event;
    }

    public String source() {
        return source;
    }

    /** The aggregate's last sequence in the log; 0 if the log has none of its events. */
    public long lastInLog() {
        return lastInLog;
    }
}
