package dev.afterimage.examples.northwind.orders;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.ORDER_SUMMARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.examples.northwind.Northwind;
import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.examples.northwind.customers.CustomerEvent.CustomerRegistered;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderLineAdded;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderPlaced;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderShipped;
import dev.afterimage.testing.ProjectionSpec;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OrderSummaryTest {

    @RegisterExtension
    static final FreshDatabase database = new FreshDatabase();

    private static final LocalDate DAY = LocalDate.parse("2014-05-06");

    @Test
    void an_order_shows_its_customer_its_sums_and_how_far_it_has_come() {
        try (var spec = ProjectionSpec.of(OrderSummary.projection(), Northwind.catalog(), database.dataSource())) {
            spec.given(Customer.class, "QUICK", new CustomerRegistered("QUICK", "QUICK-Stop", "Cunewalde", "Germany"))
                    .given(
                            Order.class,
                            "1",
                            placed("1", "QUICK"),
                            line("1", 1, "10", 3, "0"),
                            line("1", 2, "5", 2, "0.1"))
                    .given(Order.class, "2", placed("2", "NOBODY"), line("2", 1, "1", 1, "0"))
                    .given(Order.class, "1", new OrderShipped("1", DAY))
                    .thenCount(ORDER_SUMMARY, 2)
                    .thenRow(ORDER_SUMMARY, "1", order -> {
                        assertThat(order.getCustomerName()).isEqualTo("QUICK-Stop");
                        assertThat(order.getLines()).isEqualTo(2);
                        assertThat(order.getGross()).isEqualByComparingTo("40");
                        assertThat(order.getDiscount()).isEqualByComparingTo("1");
                        assertThat(order.getNet()).isEqualByComparingTo("39");
                        assertThat(order.getStatus()).isEqualTo("shipped");
                        assertThat(order.getShippedOn()).isEqualTo(DAY);
                    })
                    .thenRow(ORDER_SUMMARY, "2", order -> {
                        assertThat(order.getCustomerName()).as("not registered").isNull();
                        assertThat(order.getStatus()).isEqualTo("placed");
                    })
                    .thenNoRow(ORDER_SUMMARY, "3");
        }
    }

    private static OrderPlaced placed(String id, String customer) {
        return new OrderPlaced(id, customer, DAY, DAY, BigDecimal.TEN, "Cunewalde", "Germany", "Speedy Express");
    }

    private static OrderLineAdded line(String id, int product, String price, int quantity, String discount) {
        return new OrderLineAdded(id, product, new BigDecimal(price), quantity, new BigDecimal(discount));
    }
}
