package dev.afterimage.examples.northwind.history;

import dev.afterimage.examples.northwind.orders.OrderService;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Lets a service live through Northwind's history, in the order of its dates. */
public final class NorthwindWorkload {

    private final NorthwindData data;

    public NorthwindWorkload(NorthwindData data) {
        this.data = data;
    }

    /**
     * Registers the customers, lists the products, and then places and ships the orders.
     *
     * @param scale how many times every order is placed, each time with another id
     * @param writers how many threads, each with one transaction at a time
     * @param progress is told how many events each transaction committed, by the thread that ran it
     * @return how many events were committed
     */
    public long run(OrderService service, int scale, int writers, LongConsumer progress) throws InterruptedException {
        require("scale", scale);
        require("writers", writers);
        data.customers().forEach(customer -> {
            service.register(customer);
            progress.accept(1);
        });
        data.products().forEach(product -> {
            service.list(product);
            progress.accept(1);
        });
        return data.customers().size() + data.products().size() + runOrders(service, scale, writers, progress);
    }

    private long runOrders(OrderService service, int scale, int writers, LongConsumer progress)
            throws InterruptedException {
        // Closed in reverse order: when this thread is interrupted, the writers end after what they have begun.
        try (var threads = Executors.newFixedThreadPool(writers);
                var arrivals = new Arrivals(data.orders(), scale)) {
            Stream<Callable<Long>> tasks = Stream.generate(() -> new Writer(service, arrivals, progress));
            return sum(threads.invokeAll(tasks.limit(writers).toList()));
        }
    }

    private static long sum(List<Future<Long>> written) throws InterruptedException {
        long events = 0;
        for (var writer : written) {
            try {
                events += writer.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a writer failed: " + e.getCause(), e.getCause());
            }
        }
        return events;
    }

    private static void require(String setting, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s must be 1 or more, was %d".formatted(setting, value));
        }
    }
}
