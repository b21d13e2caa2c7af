package dev.afterimage.eventlog;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.RecordedEvent;
import java.util.regex.Pattern;

/**
 * An event does not follow the last one that the log has of its aggregate; nothing was appended. The message ends with
 * the command line that lets the log go on.
 */
public final class OutOfSequenceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** More than could be lost. */
    public static final long MOST_GIVEN_UP = 1_000_000;

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:/@%+=,-]+");
    private final transient RecordedEvent event;
    private final String source;
    private final long lastInLog;

    public OutOfSequenceException(RecordedEvent event, String source, long lastInLog) {
        super("source %s: %s does not follow what the log has of its aggregate: sequence %d was expected, %s"
                .formatted(
                        source,
                        event.describe(),
                        lastInLog + 1,
                        event.sequence() <= lastInLog ? repetition(event) : gap(event, lastInLog + 1)));
        this.event = event;
        this.source = source;
        this.lastInLog = lastInLog;
    }

    private static String repetition(RecordedEvent event) {
        return "%d is a repetition: to leave it out, run ./afterimage skip-event %s --reason 'a repetition'"
                .formatted(event.sequence(), event.id());
    }

    private static String gap(RecordedEvent event, long first) {
        long missing = event.sequence() - first;
        return "so %d events are missing before it: run ./afterimage repair, or if %s"
                .formatted(
                        missing,
                        missing > MOST_GIVEN_UP
                                ? "its sequence is wrong, leave it out: ./afterimage skip-event %s --reason 'wrong sequence'"
                                        .formatted(event.id())
                                : "they are lost for good, run "
                                        + giveUp(event.aggregate(), first, event.sequence() - 1));
    }

    private static String giveUp(AggregateRef aggregate, long first, long last) {
        var sequences = first == last ? Long.toString(first) : first + ".." + last;
        var place = "%s %s %s".formatted(aggregate.type(), quoted(aggregate.id()), sequences);
        return aggregate.id().startsWith("-")
                ? "./afterimage skip-event --lost --reason 'lost for good' -- " + place
                : "./afterimage skip-event --lost %s --reason 'lost for good'".formatted(place);
    }

    /** So that a shell reads it as one word. */
    private static String quoted(String id) {
        return PLAIN.matcher(id).matches() ? id : "'" + id.replace("'", "'\\''") + "'";
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
