package dev.afterimage.examples.northwind.sales;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.CUSTOMER_SALES;
import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.CUSTOMER_SALES_ORDER;

import dev.afterimage.examples.northwind.customers.CustomerEvent.CustomerRegistered;
import dev.afterimage.examples.northwind.jooq.readmodel.tables.records.CustomerSalesOrderRecord;
import dev.afterimage.examples.northwind.jooq.readmodel.tables.records.CustomerSalesRecord;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderLineAdded;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderPlaced;
import dev.afterimage.projector.EventContext;
import dev.afterimage.projector.Projection;

/** One row per customer: how many orders, for how much, and when. */
public final class CustomerSales {

    private CustomerSales() {}

    public static Projection projection() {
        return Projection.of("customer_sales", 1)
                .rows(CUSTOMER_SALES)
                .and(CUSTOMER_SALES_ORDER)
                .on(CustomerRegistered.class, CustomerRegistered::customerId, CustomerSales::name)
                .on(OrderPlaced.class, OrderPlaced::customerId, CustomerSales::count)
                .on(CUSTOMER_SALES_ORDER, OrderPlaced.class, OrderPlaced::orderId, CustomerSales::remember)
                .on(CUSTOMER_SALES_ORDER, OrderLineAdded.class, OrderLineAdded::orderId, CustomerSales::add)
                .follows(CUSTOMER_SALES_ORDER.CUSTOMER_ID, CUSTOMER_SALES)
                .build();
    }

    private static CustomerSalesRecord name(CustomerSalesRecord customer, CustomerRegistered e, EventContext context) {
        return customer.setCompanyName(e.companyName()).setCountry(e.country());
    }

    private static CustomerSalesRecord count(CustomerSalesRecord customer, OrderPlaced e, EventContext context) {
        var first = customer.getFirstOrderOn();
        var last = customer.getLastOrderOn();
        return customer.setOrders(customer.getOrders() + 1)
                .setFirstOrderOn(first == null || e.orderedOn().isBefore(first) ? e.orderedOn() : first)
                .setLastOrderOn(last == null || e.orderedOn().isAfter(last) ? e.orderedOn() : last);
    }

    private static CustomerSalesOrderRecord remember(
            CustomerSalesOrderRecord order, OrderPlaced e, EventContext context) {
        return order.setCustomerId(e.customerId());
    }

    /** A line does not say whose it is, but its order was placed before. */
    private static CustomerSalesOrderRecord add(
            CustomerSalesOrderRecord order, OrderLineAdded e, EventContext context) {
        var customer = context.row(CUSTOMER_SALES, order.getCustomerId());
        customer.setNet(customer.getNet().add(e.net()));
        return order;
    }
}
