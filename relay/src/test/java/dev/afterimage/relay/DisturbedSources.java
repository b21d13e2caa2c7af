package dev.afterimage.relay;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Sources between whose deliveries and the relay a test stands: to fail as a crash would, or to wait. */
final class DisturbedSources implements ChangeSource.Factory {

    /** What happens to a delivery instead of going straight to the relay. */
    @FunctionalInterface
    interface Disturbance {
        void deliver(List<Change> changes, ChangeSource.Receiver relay);
    }

    private final ChangeSource.Factory sources;
    private final Disturbance disturbance;
    private final Runnable beforeConnection;

    private DisturbedSources(ChangeSource.Factory sources, Disturbance disturbance, Runnable beforeConnection) {
        this.sources = sources;
        this.disturbance = disturbance;
        this.beforeConnection = beforeConnection;
    }

    /** Runs something once, when the relay has checked everything and is about to connect. */
    static DisturbedSources beforeFirstConnection(ChangeSource.Factory sources, Runnable something) {
        var first = new AtomicBoolean(true);
        return new DisturbedSources(sources, (changes, relay) -> relay.receive(changes), () -> {
            if (first.getAndSet(false)) {
                something.run();
            }
        });
    }

    /** Disturbs the delivery with this number among those that bring events, counted from 1 over all connections. */
    static DisturbedSources atDelivery(int number, ChangeSource.Factory sources, Disturbance disturbance) {
        var deliveries = new AtomicInteger();
        return new DisturbedSources(
                sources,
                (changes, relay) -> {
                    if (hasEvents(changes) && deliveries.incrementAndGet() == number) {
                        disturbance.deliver(changes, relay);
                    } else {
                        relay.receive(changes);
                    }
                },
                () -> {});
    }

    /** Disturbs each delivery that brings events. */
    static DisturbedSources atEveryDelivery(ChangeSource.Factory sources, Disturbance disturbance) {
        return new DisturbedSources(
                sources,
                (changes, relay) -> {
                    if (hasEvents(changes)) {
                        disturbance.deliver(changes, relay);
                    } else {
                        relay.receive(changes);
                    }
                },
                () -> {});
    }

    private static boolean hasEvents(List<Change> changes) {
        return changes.stream().anyMatch(Change.Row.class::isInstance);
    }

    @Override
    public ChangeSource open(String slot) {
        var source = sources.open(slot);
        return new ChangeSource() {
            @Override
            public void stream(Receiver relay) {
                beforeConnection.run();
                source.stream(changes -> disturbance.deliver(changes, relay));
            }

            @Override
            public void close() {
                source.close();
            }

            @Override
            public void abort() {
                source.abort();
            }
        };
    }
}
