package dev.afterimage.architecture;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.ORDER_SUMMARY;

import dev.afterimage.domain.CommitToken;
import dev.afterimage.examples.northwind.jooq.readmodel.tables.records.OrderSummaryRecord;
import dev.afterimage.readmodels.ReadModels;
import java.time.Duration;
import java.util.Optional;

/** Code that the README shows and that is nowhere else. */
final class ReadmeCode {

    private ReadmeCode() {}

    static Optional<OrderSummaryRecord> readYourOwnWrite(ReadModels readModels, CommitToken token, String orderId)
            throws InterruptedException {
        if (readModels.awaitCommit(token, Duration.ofSeconds(1), ORDER_SUMMARY).isVisible()) {
            return readModels.query().fetchOptional(ORDER_SUMMARY, ORDER_SUMMARY.ORDER_ID.eq(orderId));
        }
        return Optional.empty();
    }
}
