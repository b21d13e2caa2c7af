package dev.afterimage.examples.northwind.sales;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.PRODUCT_SALES;

import dev.afterimage.examples.northwind.jooq.readmodel.tables.records.ProductSalesRecord;
import dev.afterimage.examples.northwind.orders.OrderEvent.OrderLineAdded;
import dev.afterimage.examples.northwind.products.ProductEvent.ProductListed;
import dev.afterimage.projector.EventContext;
import dev.afterimage.projector.Projection;

/** One row per product: how many were ordered, and for how much. */
public final class ProductSales {

    private ProductSales() {}

    public static Projection projection() {
        return Projection.of("product_sales", 1)
                .rows(PRODUCT_SALES)
                .on(ProductListed.class, ProductListed::productId, ProductSales::name)
                .on(OrderLineAdded.class, OrderLineAdded::productId, ProductSales::add)
                .build();
    }

    private static ProductSalesRecord name(ProductSalesRecord product, ProductListed e, EventContext context) {
        return product.setProductName(e.name()).setCategory(e.category());
    }

    private static ProductSalesRecord add(ProductSalesRecord product, OrderLineAdded e, EventContext context) {
        return product.setQuantity(product.getQuantity() + e.quantity())
                .setNet(product.getNet().add(e.net()));
    }
}
