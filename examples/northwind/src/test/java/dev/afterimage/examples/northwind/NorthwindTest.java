package dev.afterimage.examples.northwind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.examples.northwind.customers.CustomerEvent;
import dev.afterimage.examples.northwind.orders.OrderEvent;
import dev.afterimage.examples.northwind.products.ProductEvent;
import dev.afterimage.projector.Projection;
import org.junit.jupiter.api.Test;

class NorthwindTest {

    @Test
    void the_catalog_knows_the_events_of_every_slice() {
        assertThat(Northwind.catalog().aggregate("customer"))
                .hasValueSatisfying(customer -> assertThat(customer.family()).isEqualTo(CustomerEvent.class));
        assertThat(Northwind.catalog().aggregate("product"))
                .hasValueSatisfying(product -> assertThat(product.family()).isEqualTo(ProductEvent.class));
        assertThat(Northwind.catalog().aggregate("order"))
                .hasValueSatisfying(order -> assertThat(order.family()).isEqualTo(OrderEvent.class));
    }

    @Test
    void every_projection_has_its_tables() {
        assertThat(Northwind.projections())
                .extracting(Projection::name)
                .containsExactly("order_summary", "customer_sales", "product_sales");
    }
}
