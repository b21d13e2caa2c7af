package dev.afterimage.examples.northwind.products;

import java.math.BigDecimal;

/** What can happen to a product. */
public sealed interface ProductEvent {

    int productId();

    record ProductListed(int productId, String name, String category, BigDecimal unitPrice) implements ProductEvent {}
}
