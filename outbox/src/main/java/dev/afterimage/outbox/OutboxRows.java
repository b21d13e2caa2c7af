package dev.afterimage.outbox;

import dev.afterimage.domain.AggregateRef;
import dev.afterimage.domain.CapturedAggregate;
import dev.afterimage.domain.EventCodec;
import dev.afterimage.domain.EventId;
import dev.afterimage.domain.EventType;
import dev.afterimage.domain.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Turns events into rows, refusing what must not reach the table. */
record OutboxRows(CapturedAggregate captured, AggregateRef aggregate, EventCodec codec) {

    /** One event as the table keeps it. */
    record Row(EventId id, EventType type, String payload) {}

    static OutboxRows of(Class<?> aggregate, String id, EventCodec codec) {
        var captured = CapturedAggregate.of(aggregate);
        return new OutboxRows(captured, new AggregateRef(captured.type(), id), codec);
    }

    List<Row> of(List<Object> events) {
        return GivenEvents.required(aggregate, events).stream().map(this::row).toList();
    }

    private Row row(Object event) {
        var type = captured.typeOf(event).orElseThrow(() -> foreign(event));
        return new Row(EventId.next(), type, storable(type, codec.encode(event)));
    }

    private OutboxException foreign(Object event) {
        return new OutboxException(
                aggregate,
                "%s is not an event of %s: append it to its own aggregate, or add it to the sealed interface"
                        .formatted(event.getClass().getName(), captured.family().getName()));
    }

    private String storable(EventType type, String payload) {
        int bytes = payload.length() > Outbox.MAX_PAYLOAD_BYTES / 3
                ? payload.getBytes(StandardCharsets.UTF_8).length
                : payload.length();
        if (bytes > Outbox.MAX_PAYLOAD_BYTES) {
            throw new OutboxException(
                    aggregate,
                    "payload of %s is %,d bytes and the limit is %,d: store the large part elsewhere and record a reference to it"
                            .formatted(type, bytes, Outbox.MAX_PAYLOAD_BYTES));
        }
        if (Text.hasLoneSurrogate(payload)) {
            throw new OutboxException(
                    aggregate,
                    "a text in %s has half of a surrogate pair, which no store can keep: cut texts between characters"
                            .formatted(type));
        }
        return payload;
    }
}
