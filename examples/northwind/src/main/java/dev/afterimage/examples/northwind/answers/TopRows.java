package dev.afterimage.examples.northwind.answers;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.CUSTOMER_SALES;
import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.ORDER_SUMMARY;
import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.PRODUCT_SALES;

import dev.afterimage.examples.northwind.jooq.readmodel.tables.records.CustomerSalesRecord;
import dev.afterimage.examples.northwind.jooq.readmodel.tables.records.OrderSummaryRecord;
import dev.afterimage.examples.northwind.jooq.readmodel.tables.records.ProductSalesRecord;
import org.jooq.DSLContext;
import org.jooq.Result;

/** The rows of each read model with the highest net, the highest first. */
public final class TopRows {

    private TopRows() {}

    public static Result<OrderSummaryRecord> orders(DSLContext readModels, int limit) {
        return readModels
                .selectFrom(ORDER_SUMMARY)
                .orderBy(ORDER_SUMMARY.NET.desc(), ORDER_SUMMARY.ORDER_ID)
                .limit(limit)
                .fetch();
    }

    public static Result<CustomerSalesRecord> customers(DSLContext readModels, int limit) {
        return readModels
                .selectFrom(CUSTOMER_SALES)
                .orderBy(CUSTOMER_SALES.NET.desc(), CUSTOMER_SALES.CUSTOMER_ID)
                .limit(limit)
                .fetch();
    }

    public static Result<ProductSalesRecord> products(DSLContext readModels, int limit) {
        return readModels
                .selectFrom(PRODUCT_SALES)
                .orderBy(PRODUCT_SALES.NET.desc(), PRODUCT_SALES.PRODUCT_ID)
                .limit(limit)
                .fetch();
    }
}
