package dev.afterimage.examples.northwind.orders;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.ORDER_SUMMARY;
import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.ORDER_SUMMARY_CUSTOMER;

import dev.afterimage.examples.northwind.customers.CustomerEvent.CustomerRegistered;
import dev.afterimage.examples.northwind.jooq.readmodel.tables.records.OrderSummaryCustomerRecord;
import dev.afterimage.examples.northwind.jooq.readmodel.tables.records.OrderSummaryRecord;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderLineAdded;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderPlaced;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderShipped;
import dev.afterimage.projector.EventContext;
import dev.afterimage.projector.Projection;

/** One row per order: whose it is, how far it has come, what it is worth. */
public final class OrderSummary {

    private OrderSummary() {}

    public static Projection projection() {
        return Projection.of("order_summary", 1)
                .rows(ORDER_SUMMARY)
                .on(OrderEvent.class, OrderEvent::orderId, (order, event, context) -> switch (event) {
                    case OrderPlaced e -> place(order, e, context);
                    case OrderLineAdded e -> add(order, e);
                    case OrderShipped e -> order.setStatus("shipped").setShippedOn(e.shippedOn());
                })
                .and(ORDER_SUMMARY_CUSTOMER)
                .on(
                        ORDER_SUMMARY_CUSTOMER,
                        CustomerRegistered.class,
                        CustomerRegistered::customerId,
                        OrderSummary::name)
                .reads(OrderPlaced.class, ORDER_SUMMARY_CUSTOMER, OrderPlaced::customerId)
                .build();
    }

    private static OrderSummaryRecord place(OrderSummaryRecord order, OrderPlaced e, EventContext context) {
        var customer = context.find(ORDER_SUMMARY_CUSTOMER, e.customerId());
        if (customer != null) {
            order.setCustomerName(customer.getCompanyName()).setCountry(customer.getCountry());
        }
        return order.setStatus("placed")
                .setCustomerId(e.customerId())
                .setOrderedOn(e.orderedOn())
                .setRequiredOn(e.requiredOn())
                .setFreight(e.freight())
                .setShipper(e.shipper());
    }

    private static OrderSummaryRecord add(OrderSummaryRecord order, OrderLineAdded e) {
        return order.setLines(order.getLines() + 1)
                .setGross(order.getGross().add(e.gross()))
                .setDiscount(order.getDiscount().add(e.discountAmount()))
                .setNet(order.getNet().add(e.net()));
    }

    private static OrderSummaryCustomerRecord name(
            OrderSummaryCustomerRecord customer, CustomerRegistered e, EventContext context) {
        return customer.setCompanyName(e.companyName()).setCountry(e.country());
    }
}
