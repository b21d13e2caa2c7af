package dev.afterimage.examples.northwind;

import dev.afterimage.domain.EventCatalog;
import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.examples.northwind.orders.Order;
import dev.afterimage.examples.northwind.orders.OrderSummary;
import dev.afterimage.examples.northwind.products.Product;
import dev.afterimage.examples.northwind.sales.CustomerSales;
import dev.afterimage.examples.northwind.sales.ProductSales;
import dev.afterimage.projector.Projection;
import java.util.List;

/** All that Afterimage has to know of this service: whose events are captured, and what they are folded into. */
public final class Northwind {

    private Northwind() {}

    public static EventCatalog catalog() {
        return EventCatalog.of(Customer.class, Product.class, Order.class);
    }

    public static List<Projection> projections() {
        return List.of(OrderSummary.projection(), CustomerSales.projection(), ProductSales.projection());
    }
}
