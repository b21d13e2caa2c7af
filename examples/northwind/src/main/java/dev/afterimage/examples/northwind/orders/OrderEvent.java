package dev.afterimage.examples.northwind.orders;

import java.math.BigDecimal;
import java.time.LocalDate;

/** What can happen to an order. */
public sealed interface OrderEvent {

    String orderId();

    record OrderPlaced(
            String orderId,
            String customerId,
            LocalDate orderedOn,
            LocalDate requiredOn,
            BigDecimal freight,
            String shipCity,
            String shipCountry,
            String shipper)
            implements OrderEvent {}

    /** @param discount a share of the price: 0.05 is 5 percent off */
    record OrderLineAdded(String orderId, int productId, BigDecimal unitPrice, int quantity, BigDecimal discount)
            implements OrderEvent {

        public BigDecimal gross() {
            return unitPrice.multiply(BigDecimal.valueOf(quantity));
        }

        /** What the discount takes off, in money. */
        public BigDecimal discountAmount() {
            return gross().multiply(discount);
        }

        public BigDecimal net() {
            return gross().subtract(discountAmount());
        }
    }

    record OrderShipped(String orderId, LocalDate shippedOn) implements OrderEvent {}
}
