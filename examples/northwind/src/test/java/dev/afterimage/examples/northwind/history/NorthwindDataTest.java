package dev.afterimage.examples.northwind.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.examples.northwind.orders.OrderLine;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NorthwindDataTest {

    private final NorthwindData data = NorthwindData.load();

    @Test
    void every_row_of_the_files_is_read() {
        assertThat(data.customers()).hasSize(91);
        assertThat(data.products()).hasSize(77);
        assertThat(data.orders()).hasSize(830);
        assertThat(data.orders()).flatExtracting(past -> past.order().lines()).hasSize(2155);
        assertThat(data.orders().stream().map(PastOrder::shippedOn).filter(Objects::nonNull))
                .hasSize(809);
    }

    @Test
    void values_are_exactly_those_of_the_files() {
        assertThat(data.customers())
                .contains(new Customer("ANTON", "Antonio Moreno Taquería", "México D.F.", "Mexico"));
        var first = data.orders().getFirst();
        assertThat(first.order().id()).isEqualTo("10248");
        assertThat(first.order().freight()).isEqualTo(new BigDecimal("32.38"));
        assertThat(first.shippedOn()).isEqualTo(LocalDate.of(2012, 7, 16));
        assertThat(first.order().lines()).contains(new OrderLine(42, new BigDecimal("9.8"), 10, BigDecimal.ZERO));
    }

    @Test
    void orders_come_in_the_order_of_their_dates() {
        assertThat(data.orders())
                .isSortedAccordingTo(Comparator.comparing(past -> past.order().orderedOn()));
    }

    @Test
    void the_number_of_events_grows_with_the_orders() {
        assertThat(data.events(1)).isEqualTo(91 + 77 + 830 + 2155 + 809);
        assertThat(data.events(100)).isEqualTo(100 * (91 + 77 + 830 + 2155 + 809));
    }
}
