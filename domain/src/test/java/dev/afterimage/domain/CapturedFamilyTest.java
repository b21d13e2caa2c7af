package dev.afterimage.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class CapturedFamilyTest {

    sealed interface OrderEvent {
        record Placed(String id) implements OrderEvent {}

        sealed interface Shipping extends OrderEvent {
            record Shipped(String id) implements Shipping {}
        }
    }

    @Captured(events = OrderEvent.class)
    static final class Order {}

    @Captured(events = OnlyEvent.class)
    static final class OneEvent {}

    record OnlyEvent() {}

    @Test
    void a_family_is_every_record_below_its_sealed_interface() {
        assertThat(CapturedAggregate.of(Order.class).shapes())
                .containsExactlyInAnyOrder(OrderEvent.Placed.class, OrderEvent.Shipping.Shipped.class);
    }

    @Test
    void a_single_record_is_a_family_of_one() {
        assertThat(CapturedAggregate.of(OneEvent.class).shapes()).containsExactly(OnlyEvent.class);
    }

    @Test
    void an_event_of_another_family_has_no_type_here() {
        assertThat(CapturedAggregate.of(Order.class).typeOf(new OnlyEvent())).isEmpty();
    }

    @Test
    void a_class_that_is_not_annotated_is_refused_with_the_annotation_to_add() {
        assertRefused(String.class)
                .hasMessage(
                        "java.lang.String is not captured: annotate it with @Captured(events = …) to record its events");
    }

    interface Open {
        record Event() implements Open {}
    }

    @Captured(events = Open.class)
    static final class OfOpenFamily {}

    @Test
    void an_interface_that_is_not_sealed_is_refused() {
        assertRefused(OfOpenFamily.class)
                .hasMessageContaining("$Open cannot be an event family: make it a sealed interface");
    }

    sealed interface WithClass permits Plain {}

    static final class Plain implements WithClass {}

    @Captured(events = WithClass.class)
    static final class OfPlainClass {}

    @Test
    void a_member_that_is_not_a_record_is_refused_by_its_own_name() {
        assertRefused(OfPlainClass.class)
                .hasMessageContaining("$Plain cannot be an event family")
                .hasMessageContaining("whose members are records");
    }

    sealed interface Twice {
        record Paid() implements Twice {}

        @EventName("paid")
        record PaidAgain() implements Twice {}
    }

    @Captured(events = Twice.class)
    static final class OfTwoOfAName {}

    @Test
    void two_events_of_one_name_are_refused_with_both_named() {
        assertRefused(OfTwoOfAName.class)
                .hasMessageContaining("$Twice$Paid")
                .hasMessageContaining("$Twice$PaidAgain")
                .hasMessageContaining("are both named paid: give one another @EventName");
    }

    @Captured(events = OrderEvent.class, type = "Purchase Order")
    static final class BadlyNamed {}

    @Test
    void a_stored_type_that_is_not_kebab_case_is_refused() {
        assertThatThrownBy(() -> CapturedAggregate.of(BadlyNamed.class))
                .hasMessageContaining("BadlyNamed must be kebab-case")
                .hasMessageContaining("\"Purchase Order\"");
    }

    @Captured(events = OnlyEvent.class, type = "order")
    static final class SecondOrder {}

    @Test
    void a_catalog_refuses_two_aggregates_of_one_type() {
        assertThatThrownBy(() -> EventCatalog.of(Order.class, SecondOrder.class))
                .isInstanceOf(InvalidCaptureException.class)
                .hasMessageContaining("$SecondOrder is the second aggregate of type order: give it another type");
    }

    @Test
    void a_catalog_finds_an_aggregate_by_its_stored_type() {
        var catalog = EventCatalog.of(Order.class);

        assertThat(catalog.aggregate("order")).contains(CapturedAggregate.of(Order.class));
        assertThat(catalog.aggregate("invoice")).isEmpty();
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(Class<?> aggregate) {
        return assertThatThrownBy(() -> CapturedAggregate.of(aggregate)).isInstanceOf(InvalidCaptureException.class);
    }
}
