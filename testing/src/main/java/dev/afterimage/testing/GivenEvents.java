package dev.afterimage.testing;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.CapturedAggregate;
import dev.afterimage.domain.EventCodec;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.Metadata;
import dev.afterimage.domain.RecordedEvent;
import dev.afterimage.domain.jackson.JacksonEventCodec;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Events as a service would have recorded them: sequences without gaps, one second apart. */
final class GivenEvents {

    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private final EventCodec codec = new JacksonEventCodec();
    private final Map<AggregateRef, Long> sequences = new HashMap<>();
    private long count;

    List<RecordedEvent> of(Class<?> aggregate, String id, Object... events) {
        var captured = CapturedAggregate.of(aggregate);
        var ref = new AggregateRef(captured.type(), id);
        return Stream.of(events).map(event -> record(captured, ref, event)).toList();
    }

    private RecordedEvent record(CapturedAggregate captured, AggregateRef ref, Object event) {
        var type = captured.typeOf(event)
                .orElseThrow(() -> new IllegalArgumentException("%s is not an event of %s"
                        .formatted(event.getClass().getName(), captured.family().getName())));
        return new RecordedEvent(
                EventId.next(),
                ref,
                sequences.merge(ref, 1L, Long::sum),
                type,
                codec.encode(event),
                Metadata.none(),
                FIRST.plusSeconds(count++));
    }
}
