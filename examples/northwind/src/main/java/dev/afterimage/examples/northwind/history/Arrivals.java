package dev.afterimage.examples.northwind.history;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The orders by date, each with its copies, and each handed out once. Thread-safe. */
final class Arrivals implements AutoCloseable {

    private final List<PastOrder> orders;
    private final int copies;
    private final AtomicLong next = new AtomicLong();

    Arrivals(List<PastOrder> orders, int copies) {
        this.orders = orders;
        this.copies = copies;
    }

    /** Empty when all have been handed out, or after closing. */
    Optional<PastOrder> next() {
        long number = next.getAndIncrement();
        return number < (long) orders.size() * copies
                ? Optional.of(orders.get((int) (number / copies)).copy((int) (number % copies) + 1))
                : Optional.empty();
    }

    @Override
    public void close() {
        next.set((long) orders.size() * copies);
    }
}
