package dev.afterimage.examples.northwind.sales;

import static dev.afterimage.examples.northwind.jooq.readmodel.Tables.PRODUCT_SALES;

import dev.afterimage.examples.northwind.orders.OrderEvent.OrderLineAdded;
import dev.afterimage.examples.northwind.products.ProductEvent.ProductListed;
import dev.afterimage.projector.Projection;

/** One row per product: how many were ordered, and for how much. */
public final class ProductSales {

    private ProductSales() {}

    public static Projection projection() {
        return Projection.of("product_sales", 1)
                .rows(PRODUCT_SALES)
                .on(
                        ProductListed.class,
                        ProductListed::productId,
                        (product, e, context) ->
                                product.setProductName(e.name()).setCategory(e.category()))
                .on(
                        OrderLineAdded.class,
                        OrderLineAdded::productId,
                        (product, e, context) -> product.setQuantity(product.getQuantity() + e.quantity())
                                .setNet(product.getNet().add(e.net())))
                .build();
    }
}
