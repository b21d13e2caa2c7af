package dev.afterimage.eventlog;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.LoggedEvent;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.Position;
import dev.afterimage.domain.RecordedEvent;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Recorded events as a source would deliver them. */
public final class Events {

    private static final AtomicLong AGGREGATES = new AtomicLong();

    private Events() {}

    public static Position append(LogAppender appender, List<RecordedEvent> events, String bookmark) {
        return appender.append(LogEntry.all(events), SourceMark.of(bookmark));
    }

    /** The first event of an aggregate of its own. */
    public static RecordedEvent event(String payload) {
        return event("o-" + AGGREGATES.incrementAndGet(), 1, payload);
    }

    /** An event whose payload is its place in its aggregate, such as {@code a#1}. */
    public static RecordedEvent event(String aggregate, long sequence) {
        return event(aggregate, sequence, aggregate + "#" + sequence);
    }

    /** Events given as {@link #event(String, long)} would name them. */
    public static List<RecordedEvent> named(String... names) {
        return Stream.of(names)
                .map(name -> name.split("#", -1))
                .map(parts -> event(parts[0], Long.parseLong(parts[1])))
                .toList();
    }

    public static RecordedEvent event(String aggregate, long sequence, String payload) {
        return new RecordedEvent(
                EventId.next(),
                new AggregateRef("order", aggregate),
                sequence,
                new EventType("order-placed", 1),
                payload,
                Metadata.none(),
                Instant.parse("2026-01-02T03:04:05.678901Z"));
    }

    /** Events whose payloads are {@code tag 1}, {@code tag 2} and so on. */
    public static List<RecordedEvent> events(String tag, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> event("\"%s %d\"".formatted(tag, i)))
                .toList();
    }

    public static List<String> payloads(List<LoggedEvent> logged) {
        return logged.stream().map(event -> event.event().payload()).toList();
    }

    static List<RecordedEvent> recorded(List<LoggedEvent> logged) {
        return logged.stream().map(LoggedEvent::event).toList();
    }

    public static List<Long> positions(List<LoggedEvent> logged) {
        return logged.stream().map(event -> event.position().value()).toList();
    }
}
