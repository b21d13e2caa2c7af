package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.CapturedAggregate;
import dev.afterimage.domain.EventCodec;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Turns events into rows, refusing what must not reach the table. */
record OutboxRows(CapturedAggregate captured, AggregateRef aggregate, EventCodec codec) {

    /** One event as the table keeps it. */
    record Row(EventId id, EventType type, String payload) {}

    List<Row> of(List<Object> events) {
        if (events.isEmpty()) {
            throw new OutboxException(aggregate, "no events were given: pass at least one");
        }
        return events.stream().map(this::row).toList();
    }

    private Row row(Object event) {
        var type = captured.typeOf(event).orElseThrow(() -> foreign(event));
        return new Row(EventId.next(), type, withinLimit(type, codec.encode(event)));
    }

    private OutboxException foreign(Object event) {
        return new OutboxException(
                aggregate,
                "%s is not an event of %s: append it to its own aggregate, or add it to the sealed interface"
                        .formatted(event.getClass().getName(), captured.family().getName()));
    }

    private String withinLimit(EventType type, String payload) {
        int bytes = payload.length() > Outbox.MAX_PAYLOAD_BYTES / 3
                ? payload.getBytes(StandardCharsets.UTF_8).length
                : payload.length();
        if (bytes > Outbox.MAX_PAYLOAD_BYTES) {
            throw new OutboxException(
                    aggregate,
                    "payload of %s is %,d bytes and the limit is %,d: store the large part elsewhere and record a reference to it"
                            .formatted(type, bytes, Outbox.MAX_PAYLOAD_BYTES));
        }
        return payload;
    }
}
