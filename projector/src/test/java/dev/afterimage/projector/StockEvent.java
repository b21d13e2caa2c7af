package dev.afterimage.projector;

import dev.afterimage.domain.Captured;

/** Another family. */
sealed interface StockEvent extends TestEvent {

    record Counted(String item, int quantity) implements StockEvent {

        @Override
        public String id() {
            return item;
        }
    }

    /** Whose events these are. */
    @Captured(events = StockEvent.class)
    final class Stock {
        private Stock() {}
    }
}
