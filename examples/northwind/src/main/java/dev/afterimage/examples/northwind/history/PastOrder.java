package dev.afterimage.examples.northwind.history;

import dev.afterimage.examples.northwind.orders.Order;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An order and what became of it.
 *
 * @param shippedOn null if it never was
 */
public record PastOrder(Order order, @Nullable LocalDate shippedOn) {

    /** The first copy is the order itself, the others have ids of their own: 10248, 10248-2, 10248-3 … */
    PastOrder copy(int number) {
        return number == 1 ? this : new PastOrder(order.withId(order.id() + "-" + number), shippedOn);
    }

    int events() {
        return order.placed().size() + (shippedOn == null ? 0 : 1);
    }
}
