package dev.afterimage.architecture;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.ORDER_SUMMARY;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.examples.northwind.customers.Customer;
import dev.afterimage.examples.northwind.jooq.readmodel.tables.records.OrderSummaryRecord;
import dev.afterimage.examples.northwind.orders.Order;
import dev.afterimage.outbox.Changes;
import dev.afterimage.outbox.Outbox;
import dev.afterimage.readmodels.ReadModels;
import java.time.Duration;
import java.util.Optional;
import org.jooq.Configuration;

/** Code that the README shows and that is nowhere else. */
final class ReadmeCode {

    private ReadmeCode() {}

    static CommitToken newCustomersFirstOrder(Outbox outbox, Configuration tx, Customer customer, Order order) {
        var changes = Changes.of(Customer.class, customer.id(), customer.registered())
                .and(Order.class, order.id(), order.placed());
        return outbox.append(tx.dsl(), changes).token();
    }

    static Optional<OrderSummaryRecord> readYourOwnWrite(ReadModels readModels, CommitToken token, String orderId)
            throws InterruptedException {
        if (readModels.awaitCommit(token, Duration.ofSeconds(1), ORDER_SUMMARY).isVisible()) {
            return readModels.query().fetchOptional(ORDER_SUMMARY, ORDER_SUMMARY.ORDER_ID.eq(orderId));
        }
        return Optional.empty();
    }
}
