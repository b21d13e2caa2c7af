package dev.afterimage.examples.northwind.products;

import dev.afterimage.domain.Captured;
import dev.afterimage.examples.northwind.products.ProductEvent.ProductListed;
import java.math.BigDecimal;

/** Something that can be ordered, at today's price. */
@Captured(events = ProductEvent.class)
public record Product(int id, String name, String category, BigDecimal unitPrice) {

    /** The first copy is the product itself, the others have ids of their own. */
    public Product copy(int number) {
        return new Product(id + 1_000 * (number - 1), name, category, unitPrice);
    }

    public ProductListed listed() {
        return new ProductListed(id, name, category, unitPrice);
    }
}
