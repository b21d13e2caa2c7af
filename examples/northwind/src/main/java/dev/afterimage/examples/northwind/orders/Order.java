package dev.afterimage.examples.northwind.orders;

import dev.afterimage.domain.Captured;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderLineAdded;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderPlaced;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** An order as a customer places it. */
@Captured(events = OrderEvent.class)
public record Order(
        String id,
        String customerId,
        LocalDate orderedOn,
        LocalDate requiredOn,
        BigDecimal freight,
        String shipCity,
        String shipCountry,
        String shipper,
        List<OrderLine> lines) {

    public Order {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("order %s has no lines: add at least one".formatted(id));
        }
        lines = List.copyOf(lines);
    }

    /** The same order under another id. */
    public Order withId(String otherId) {
        return new Order(otherId, customerId, orderedOn, requiredOn, freight, shipCity, shipCountry, shipper, lines);
    }

    /** What happens when it is placed: first the order itself, then its lines. */
    public List<OrderEvent> placed() {
        var events = new ArrayList<OrderEvent>();
        events.add(new OrderPlaced(id, customerId, orderedOn, requiredOn, freight, shipCity, shipCountry, shipper));
        for (var line : lines) {
            events.add(new OrderLineAdded(id, line.productId(), line.unitPrice(), line.quantity(), line.discount()));
        }
        return events;
    }
}
