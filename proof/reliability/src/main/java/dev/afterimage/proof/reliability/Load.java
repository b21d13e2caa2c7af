package dev.afterimage.proof.reliability;

import dev.afterimage.examples.northwind.history.NorthwindData;
import dev.afterimage.examples.northwind.history.PastOrder;
import dev.afterimage.examples.northwind.orders.OrderService;
import dev.afterimage.outbox.Outbox;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Writers that place and ship orders, and roll some back, until they are stopped. They write as much as they are
 * allowed to and then wait: how fast the machine is decides how long it takes and not how much there is.
 */
public final class Load implements AutoCloseable {

    private static final int ROLL_BACK_EACH = 10;

    private final DSLContext db;
    private final Outbox outbox = Outbox.create();
    private final List<PastOrder> orders;
    private final String prefix;
    private final List<Thread> writers;
    private long allowed;
    private long committed;
    private int waiting;
    private boolean stopping;
    private @Nullable Throwable failure;

    private Load(DSLContext db, NorthwindData data, String prefix, int writers) {
        this.db = db;
        this.orders = data.orders();
        this.prefix = prefix;
        this.writers = IntStream.range(0, writers)
                .mapToObj(number -> Thread.ofPlatform().name("load-" + number).unstarted(() -> write(number, writers)))
                .toList();
    }

    /** Registers the customers and lists the products. Once per database. */
    public static void introduce(DSLContext db) {
        var data = NorthwindData.load();
        var service = new OrderService(db, Outbox.create());
        data.customers().forEach(service::register);
        data.products().forEach(service::list);
    }

    /** @param prefix of the ids of the orders: another one for each load on the same database */
    public static Load start(DSLContext db, String prefix, int writers) {
        var load = new Load(db, NorthwindData.load(), prefix, writers);
        load.writers.forEach(Thread::start);
        return load;
    }

    /** Lets the writers commit so many events more. */
    public synchronized void allow(long events) {
        allowed += events;
        notifyAll();
    }

    /** Whether all that was allowed is committed and no writer is in a transaction. */
    public synchronized boolean isIdle() {
        return waiting == writers.size() && committed >= allowed;
    }

    /** How many events were committed. */
    public synchronized long committed() {
        return committed;
    }

    /**
     * Lets the writers finish what they have begun and waits until the last has ended.
     *
     * @throws IllegalStateException if one failed, or has not ended after the time-out: where it is then stands in the
     *     message
     */
    public void stop(Duration timeout) throws InterruptedException {
        end();
        long deadline = System.nanoTime() + timeout.toNanos();
        for (var writer : writers) {
            if (!writer.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                throw new IllegalStateException(
                        "%s still writes %s after it was asked to stop, so nothing can be counted:%n  %s"
                                .formatted(writer.getName(), timeout, where(writer)));
            }
        }
        synchronized (this) {
            if (failure != null) {
                throw new IllegalStateException("a writer failed: " + failure, failure);
            }
        }
    }

    private static String where(Thread writer) {
        return Arrays.stream(writer.getStackTrace())
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(System.lineSeparator() + "  "));
    }

    private synchronized void end() {
        stopping = true;
        notifyAll();
    }

    private void write(int number, int of) {
        try {
            for (int copy = 1; ; copy++) {
                for (int i = number; i < orders.size(); i += of) {
                    if (!live(orders.get(i), copy, i)) {
                        return;
                    }
                }
            }
        } catch (InterruptedException | RuntimeException e) {
            fail(e);
        }
    }

    /** The life of one order; false if it is time to end. */
    private boolean live(PastOrder past, int copy, int number) throws InterruptedException {
        var order = past.order()
                .withId("%s-%d-%s".formatted(prefix, copy, past.order().id()));
        if (!mayWrite()) {
            return false;
        }
        if (number % ROLL_BACK_EACH == 0) {
            rollBack(new PastOrder(order.withId(order.id() + "-rolled-back"), past.shippedOn()));
        }
        var service = new OrderService(db, outbox);
        service.place(order);
        count(1 + order.lines().size());
        if (past.shippedOn() != null) {
            service.ship(order.id(), past.shippedOn());
            count(1);
        }
        return true;
    }

    private void rollBack(PastOrder past) {
        try {
            db.transaction(tx -> {
                new OrderService(tx.dsl(), outbox).place(past.order());
                throw new ChangedMind();
            });
        } catch (ChangedMind expected) {
            // and nothing of it may be seen anywhere
        }
    }

    private synchronized boolean mayWrite() throws InterruptedException {
        waiting++;
        while (!stopping && committed >= allowed) {
            wait();
        }
        waiting--;
        return !stopping;
    }

    private synchronized void count(int events) {
        committed += events;
    }

    private synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        stopping = true;
        notifyAll();
    }

    /** Tells the writers to end; {@link #stop} is the one that waits for them. */
    @Override
    public void close() {
        end();
    }

    private static final class ChangedMind extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
