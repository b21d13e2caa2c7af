package dev.afterimage.examples.northwind.sales;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.CUSTOMER_SALES;
import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.PRODUCT_SALES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterimage.embedded.junit.FreshDatabase;
import dev.afterimage.examples.northwind.Northwind;
import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.examples.northwind.customers.CustomerEvent.CustomerRegistered;
import dev.afterimage.examples.northwind.orders.Order;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderLineAdded;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderPlaced;
import dev.afterimage.examples.northwind.products.Product;
import dev.afterimage.examples.northwind.products.ProductEvent.ProductListed;
import dev.afterimage.testing.ProjectionSpec;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SalesTest {

    @RegisterExtension
    static final FreshDatabase customers = new FreshDatabase();

    @RegisterExtension
    static final FreshDatabase products = new FreshDatabase();

    private static final LocalDate EARLY = LocalDate.parse("2012-07-04");
    private static final LocalDate LATE = LocalDate.parse("2014-05-06");

    @Test
    void a_line_counts_for_the_customer_of_its_order() {
        try (var spec = ProjectionSpec.of(CustomerSales.projection(), Northwind.catalog(), customers.dataSource())) {
            spec.given(Customer.class, "A", new CustomerRegistered("A", "Alfreds", "Berlin", "Germany"))
                    .given(Order.class, "2", placed("2", "A", LATE), line("2", 10, 3))
                    .given(Order.class, "1", placed("1", "A", EARLY), line("1", 1, 1), line("1", 2, 1))
                    .thenCount(CUSTOMER_SALES, 1)
                    .thenRow(CUSTOMER_SALES, "A", customer -> {
                        assertThat(customer.getCompanyName()).isEqualTo("Alfreds");
                        assertThat(customer.getOrders()).isEqualTo(2);
                        assertThat(customer.getNet()).isEqualByComparingTo("33");
                        assertThat(customer.getFirstOrderOn()).isEqualTo(EARLY);
                        assertThat(customer.getLastOrderOn()).isEqualTo(LATE);
                    });
        }
    }

    @Test
    void a_product_sums_up_what_was_ordered_of_it() {
        try (var spec = ProjectionSpec.of(ProductSales.projection(), Northwind.catalog(), products.dataSource())) {
            spec.given(Product.class, "7", new ProductListed(7, "Chai", "Beverages", BigDecimal.TEN))
                    .given(Order.class, "1", placed("1", "A", EARLY), line("1", 7, 2))
                    .given(Order.class, "2", placed("2", "A", LATE), line("2", 7, 3))
                    .thenRow(PRODUCT_SALES, 7, product -> {
                        assertThat(product.getProductName()).isEqualTo("Chai");
                        assertThat(product.getCategory()).isEqualTo("Beverages");
                        assertThat(product.getQuantity()).isEqualTo(5);
                    })
                    .thenNoRow(PRODUCT_SALES, 8);
        }
    }

    private static OrderPlaced placed(String id, String customer, LocalDate day) {
        return new OrderPlaced(id, customer, day, day, BigDecimal.ONE, "Berlin", "Germany", "Speedy Express");
    }

    private static OrderLineAdded line(String id, int product, int quantity) {
        return new OrderLineAdded(id, product, new BigDecimal(product), quantity, BigDecimal.ZERO);
    }
}
