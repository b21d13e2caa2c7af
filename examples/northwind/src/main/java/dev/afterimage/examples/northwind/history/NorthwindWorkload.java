package dev.afterimage.examples.northwind.history;

import dev.afterimage.examples.northwind.orders.OrderService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Lets a service live through Northwind's history, in the order of its dates. */
public final class NorthwindWorkload {

    private final NorthwindData data;

    public NorthwindWorkload(NorthwindData data) {
        this.data = data;
    }

    /**
     * Registers the customers, lists the products, and then places and ships the orders. More of each come in at larger
     * scales, under ids of their own; all orders are placed by the first customers, for the first products.
     *
     * @param scale how many times the whole input is repeated
     * @param writers how many threads, each with one transaction at a time
     * @param progress is called with how many events each transaction committed, by the thread that ran it
     * @return how many events were committed
     * @throws IllegalStateException if a writer fails; the others have ended then
     */
    public long run(OrderService service, int scale, int writers, LongConsumer progress) throws InterruptedException {
        require("scale", scale);
        require("writers", writers);
        var events = new LongAdder();
        var committed = progress.andThen(events::add);
        introduce(service, 1, committed);
        // Closed in reverse order: when this thread is interrupted, the writers only finish what they have begun.
        try (var threads = Executors.newFixedThreadPool(writers);
                var arrivals = new Arrivals(data.orders(), scale)) {
            runAll(
                    threads,
                    Stream.generate(() -> new Writer(service, arrivals, committed))
                            .limit(writers));
            runAll(threads, copies(scale).mapToObj(copy -> () -> introduce(service, copy, committed)));
        }
        return events.sum();
    }

    private void introduce(OrderService service, int copy, LongConsumer committed) {
        for (var customer : data.customers()) {
            service.register(customer.copy(copy));
            committed.accept(1);
        }
        for (var product : data.products()) {
            service.list(product.copy(copy));
            committed.accept(1);
        }
    }

    private static IntStream copies(int scale) {
        return IntStream.rangeClosed(2, scale);
    }

    private static void runAll(Executor threads, Stream<? extends Runnable> work) throws InterruptedException {
        try {
            var tasks = work.map(task -> CompletableFuture.runAsync(task, threads));
            CompletableFuture.allOf(tasks.toArray(CompletableFuture<?>[]::new)).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a writer failed: " + e.getCause(), e.getCause());
        }
    }

    private static void require(String setting, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s must be 1 or more, was %d".formatted(setting, value));
        }
    }
}
