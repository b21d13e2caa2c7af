package dev.afterimage.examples.northwind.history;

import dev.afterimage.examples.northwind.orders.OrderService;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.LongConsumer;

/** Places the orders that it gets, and ships each of them when its day has come. */
final class Writer implements Runnable {

    private record Shipment(String orderId, LocalDate on) {}

    private final OrderService service;
    private final Arrivals arrivals;
    private final LongConsumer committed;
    private final Queue<Shipment> shipments = new PriorityQueue<>(Comparator.comparing(Shipment::on));

    Writer(OrderService service, Arrivals arrivals, LongConsumer committed) {
        this.service = service;
        this.arrivals = arrivals;
        this.committed = committed;
    }

    /** If it fails, the other writers get no more orders either. */
    @Override
    public void run() {
        try (arrivals) {
            for (var next = arrivals.next(); next.isPresent(); next = arrivals.next()) {
                shipBefore(next.get().order().orderedOn());
                place(next.get());
            }
            shipBefore(LocalDate.MAX);
        }
    }

    private void place(PastOrder past) {
        var order = past.order();
        service.place(order);
        committed.accept(1L + order.lines().size());
        if (past.shippedOn() != null) {
            shipments.add(new Shipment(order.id(), past.shippedOn()));
        }
    }

    private void shipBefore(LocalDate day) {
        while (!shipments.isEmpty() && shipments.element().on().isBefore(day)) {
            var shipment = shipments.remove();
            service.ship(shipment.orderId(), shipment.on());
            committed.accept(1);
        }
    }
}
