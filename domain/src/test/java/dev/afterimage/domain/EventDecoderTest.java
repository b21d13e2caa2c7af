package dev.afterimage.domain;

import static dev.afterimage.domain.StoredEvents.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.domain.jackson.JacksonEventCodec;
import org.junit.jupiter.api.Test;

class EventDecoderTest {

    sealed interface OrderEvent {
        record Placed(int lines) implements OrderEvent {}

        @EventName(version = 2)
        record Shipped(int parcels) implements OrderEvent {}
    }

    @Captured(events = OrderEvent.class)
    static final class Order {}

    private final EventDecoder decoder = new EventDecoder(EventCatalog.of(Order.class), new JacksonEventCodec());

    @Test
    void a_known_event_becomes_its_record() {
        assertThat(decode("order", new EventType("placed", 1), "{\"lines\":3}"))
                .isEqualTo(new Decoded.Known(new OrderEvent.Placed(3)));
    }

    @Test
    void an_older_version_is_read_into_todays_shape() {
        assertThat(decode("order", new EventType("shipped", 1), "{\"parcels\":2}"))
                .isEqualTo(new Decoded.Known(new OrderEvent.Shipped(2)));
    }

    @Test
    void a_newer_version_is_unreadable_and_says_both_versions() {
        assertUnreadable(
                decode("order", new EventType("shipped", 3), "{\"parcels\":2}"),
                "it is version 3 of shipped and this code knows up to version 2");
    }

    @Test
    void an_unknown_event_name_is_unreadable() {
        assertUnreadable(
                decode("order", new EventType("returned", 1), "{}"), "no class of OrderEvent is named returned");
    }

    @Test
    void an_unknown_aggregate_type_is_unreadable() {
        assertUnreadable(
                decode("invoice", new EventType("placed", 1), "{}"),
                "no class in the catalog is the aggregate type invoice");
    }

    @Test
    void a_payload_of_another_shape_is_unreadable_and_is_not_quoted() {
        assertUnreadable(
                decode("order", new EventType("placed", 1), "{\"lines\":\"secret\"}"),
                "payload is not a Placed: InvalidFormat at lines at character 9");
    }

    private Decoded decode(String aggregateType, EventType type, String payload) {
        return decoder.decode(stored(aggregateType, type, payload));
    }

    private static void assertUnreadable(Decoded decoded, String reason) {
        assertThat(decoded).isEqualTo(new Decoded.Unreadable(reason));
    }
}
