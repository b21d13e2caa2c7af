package dev.afterimage.examples.northwind.history;

import dev.afterimage.examples.northwind.orders.OrderService;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;

/** Places the orders that it gets, and ships each of them when its day has come. */
final class Writer implements Callable<Long> {

    private record Shipment(String orderId, LocalDate on) {}

    private final OrderService service;
    private final Arrivals arrivals;
    private final LongConsumer progress;
    private final PriorityQueue<Shipment> shipments = new PriorityQueue<>(Comparator.comparing(Shipment::on));
    private long events;

    Writer(OrderService service, Arrivals arrivals, LongConsumer progress) {
        this.service = service;
        this.arrivals = arrivals;
        this.progress = progress;
    }

    /** Returns how many events it wrote. If it fails, the other writers get no more orders either. */
    @Override
    public Long call() {
        try (arrivals) {
            for (var next = arrivals.next(); next.isPresent(); next = arrivals.next()) {
                shipBefore(next.get().order().orderedOn());
                place(next.get());
            }
            shipBefore(LocalDate.MAX);
            return events;
        }
    }

    private void place(PastOrder past) {
        var order = past.order();
        service.place(order);
        if (past.shippedOn() != null) {
            shipments.add(new Shipment(order.id(), past.shippedOn()));
        }
        committed(1L + order.lines().size());
    }

    private void shipBefore(LocalDate day) {
        while (!shipments.isEmpty() && shipments.peek().on().isBefore(day)) {
            var shipment = shipments.remove();
            service.ship(shipment.orderId(), shipment.on());
            committed(1);
        }
    }

    private void committed(long count) {
        events += count;
        progress.accept(count);
    }
}
