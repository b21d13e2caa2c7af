package dev.afterimage.domain;

import static dev.afterimage.domain.StoredEvents.stored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EventSelectionTest {

    interface Dated {}

    sealed interface OrderEvent {
        record Placed() implements OrderEvent, Dated {}

        record Cancelled() implements OrderEvent {}
    }

    sealed interface InvoiceEvent extends Dated {
        record Placed() implements InvoiceEvent {}
    }

    @Captured(events = OrderEvent.class)
    static final class Order {}

    @Captured(events = InvoiceEvent.class)
    static final class Invoice {}

    private final EventCatalog catalog = EventCatalog.of(Order.class, Invoice.class);

    @Test
    void a_family_covers_its_aggregate_also_under_names_this_code_does_not_know() {
        var orders = catalog.select(OrderEvent.class);

        assertThat(orders.covers(stored("order", "placed"))).isTrue();
        assertThat(orders.covers(stored("order", "made-by-newer-code"))).isTrue();
        assertThat(orders.covers(stored("invoice", "placed"))).isFalse();
    }

    @Test
    void a_record_covers_its_own_name_in_its_own_aggregate_only() {
        var placed = catalog.select(OrderEvent.Placed.class);

        assertThat(placed.covers(stored("order", "placed"))).isTrue();
        assertThat(placed.covers(stored("order", "cancelled"))).isFalse();
        assertThat(placed.covers(stored("invoice", "placed"))).isFalse();
    }

    @Test
    void a_super_type_covers_whole_families_and_single_records_below_it() {
        var dated = catalog.select(Dated.class);

        assertThat(dated.covers(stored("invoice", "made-by-newer-code"))).isTrue();
        assertThat(dated.covers(stored("order", "placed"))).isTrue();
        assertThat(dated.covers(stored("order", "cancelled"))).isFalse();
    }

    @Test
    void object_covers_everything_in_the_catalog_and_nothing_else() {
        var everything = catalog.select(Object.class);

        assertThat(everything.covers(stored("order", "cancelled"))).isTrue();
        assertThat(everything.covers(stored("invoice", "placed"))).isTrue();
        assertThat(everything.covers(stored("customer", "placed"))).isFalse();
    }

    @Test
    void a_type_without_events_is_refused_with_what_to_add() {
        assertThatThrownBy(() -> catalog.select(String.class))
                .isInstanceOf(InvalidCaptureException.class)
                .hasMessage(
                        "java.lang.String has no events in the catalog: add its @Captured aggregate to EventCatalog.of(…)");
    }
}
